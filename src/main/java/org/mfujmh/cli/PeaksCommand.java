package org.mfujmh.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mfujmh.BadInput;
import org.mfujmh.ExitCode;
import org.mfujmh.device.peaks.PeakTable;
import org.mfujmh.report.text.OutputFormat;
import org.mfujmh.report.text.PeakAnswer;
import org.mfujmh.report.text.PeakListing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./mfu peaks} shows the peak table, or the row that a device resolves to. */
@Command(
        name = "peaks",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the dense datasheet peaks of GPUs, by precision, with their sources.",
            "With NAME: shows which row a device name resolves to and by which rule, or why it resolves to none."
        },
        footer = {
            "",
            "The whole name has to match, as printed by nvidia-smi; leading brands (NVIDIA,",
            "GeForce), case, dashes and spaces are ignored. A device that is not in the table",
            "has no known peak, and so no MFU.",
            "",
            "Examples:",
            "  ./mfu peaks",
            "  ./mfu peaks \"NVIDIA L40S\"",
            "  ./mfu peaks \"NVIDIA GeForce RTX 3080\" --memory 12GiB",
            "  ./mfu peaks \"My GPU\" --peaks-csv mine.csv    # see docs/reference/peaks.md"
        })
final class PeaksCommand implements Callable<Integer> {
    private static final Pattern MEMORY =
            Pattern.compile("(\\d{1,7}(?:\\.\\d{1,3})?)\\s*(GiB|GB|MiB|MB)?", Pattern.CASE_INSENSITIVE);

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "A device name, as printed by nvidia-smi.")
    private String name;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "The device's memory, in GiB or written as 24564MiB; distinguishes cards of the same name.")
    private String memory;

    @Option(
            names = "--peaks-csv",
            paramLabel = "FILE",
            description = "Your own table of device peaks; its rows take precedence over the built-in ones.")
    private Path ownTable;

    @Option(
            names = "--format",
            defaultValue = "text",
            paramLabel = "FORMAT",
            completionCandidates = HelpLists.TableFormats.class,
            description = "${COMPLETION-CANDIDATES}. Default: text.")
    private OutputFormat format;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (name != null && name.isBlank()) {
            throw new BadInput("NAME is empty. Give a device name, such as \"NVIDIA L40S\".");
        }
        if (name == null && memory != null) {
            throw new BadInput("--memory needs a NAME, and none was given.");
        }
        PeakTable table =
                ownTable == null ? PeakTable.shipped() : PeakTable.shipped().overriddenBy(ownTable);
        String result = name == null
                ? new PeakListing(table).render(format)
                : new PeakAnswer(name, table.match(name, memoryMib(memory))).render(format);
        spec.commandLine().getOut().print(result);
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    /** A bare number is in GiB; GB is read as GiB, as vendors use it. */
    private static OptionalInt memoryMib(String size) {
        if (size == null) {
            return OptionalInt.empty();
        }
        Matcher matcher = MEMORY.matcher(size.strip());
        if (!matcher.matches() || Double.parseDouble(matcher.group(1)) == 0) {
            throw new BadInput(
                    "--memory \"%s\" is not valid. Give a size such as 24, 24GiB or 24564MiB.".formatted(size));
        }
        boolean mib = matcher.group(2) != null
                && matcher.group(2).toUpperCase(Locale.ROOT).startsWith("M");
        return OptionalInt.of((int) Math.round(Double.parseDouble(matcher.group(1)) * (mib ? 1 : 1024)));
    }
}
