package org.mfujmh.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.ExitCode;
import org.mfujmh.report.text.Document;
import org.mfujmh.report.text.OutputFormat;
import org.mfujmh.verify.Check;
import org.mfujmh.verify.CheckGroup;
import org.mfujmh.verify.CheckedGroup;
import org.mfujmh.verify.ClaimChecks;
import org.mfujmh.verify.ExecutedChecks;
import org.mfujmh.verify.NumericChecks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./mfu verify} checks published claims and this program's own counts and numerics. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Checks published claims, the FLOPs that libtorch executes, and the numerics of the programs.",
            "Claims are recomputed from their own inputs; FLOPs are counted from libtorch's profiler; logits, losses"
                    + " and gradients are compared with float64. Without a group option, all groups run."
        },
        footer = {
            "",
            "Exit code 1 if any check fails.",
            "",
            "Examples:",
            "  Does the notebook's MFU of 0.8113 hold?",
            "    ./mfu verify --claims",
            "  Your own claims (docs/reference/conventions.md describes the columns):",
            "    ./mfu verify --claims-from my-claims.csv"
        })
final class VerifyCommand implements Callable<Integer> {
    @Option(
            names = "--claims",
            description = "Check published claims: the notebook, nanoGPT, llm-foundry, llm.c, "
                    + "Megatron-Bridge, torchtitan.")
    private boolean claims;

    @Option(names = "--executed", description = "Check executed FLOPs: libtorch's profiler against the closed form.")
    private boolean executed;

    @Option(
            names = "--numerics",
            description =
                    "Check numerics: logits, losses and gradients of both programs against float64, each other and "
                            + "repeated runs.")
    private boolean numerics;

    @Option(
            names = "--claims-from",
            paramLabel = "FILE",
            description = "Check your own claims, from a CSV file as saved by a spreadsheet.")
    private Path claimsFile;

    @Mixin
    private TorchOption torch;

    @Option(
            names = "--format",
            paramLabel = "F",
            completionCandidates = HelpLists.TableFormats.class,
            description = "${COMPLETION-CANDIDATES}. Default: text.")
    private OutputFormat format = OutputFormat.TEXT;

    @Override
    public Integer call() {
        torch.choose();
        List<CheckedGroup> groups = groups().stream().map(CheckGroup::run).toList();
        if (groups.stream().anyMatch(group -> group.checks().isEmpty())) {
            throw new BadInput("There was nothing to check.");
        }
        System.out.print(render(groups));
        return groups.stream().allMatch(CheckedGroup::ok) ? ExitCode.OK : ExitCode.FAILED;
    }

    /** The requested groups, or all of them. */
    private List<CheckGroup> groups() {
        List<CheckGroup> asked = new ArrayList<>();
        if (claims) {
            asked.add(new ClaimChecks(null));
        }
        if (executed) {
            asked.add(new ExecutedChecks());
        }
        if (numerics) {
            asked.add(new NumericChecks());
        }
        if (claimsFile != null) {
            asked.add(new ClaimChecks(claimsFile));
        }
        return asked.isEmpty() ? List.of(new ClaimChecks(null), new ExecutedChecks(), new NumericChecks()) : asked;
    }

    private String render(List<CheckedGroup> groups) {
        List<Check> checks =
                groups.stream().flatMap(group -> group.checks().stream()).toList();
        return switch (format) {
            case JSON -> OutputFormat.json(checks);
            case CSV -> CheckedGroup.table(checks).toCsv();
            case TEXT, MARKDOWN -> document(groups, checks);
        };
    }

    private String document(List<CheckedGroup> groups, List<Check> checks) {
        Document document = new Document(format);
        for (CheckedGroup group : groups) {
            document.heading(group.title()).table(group.table());
            group.remarks().forEach(document::paragraph);
        }
        long failed = checks.stream().filter(check -> !check.ok()).count();
        String all = checks.size() == 1 ? "The 1 check is ok." : "All " + checks.size() + " checks are ok.";
        return document.paragraph(failed == 0 ? all : failed + " of " + checks.size() + " checks are NOT OK.")
                .text();
    }
}
