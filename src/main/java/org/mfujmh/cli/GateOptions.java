package org.mfujmh.cli;

import java.util.List;
import org.mfujmh.BadInput;
import org.mfujmh.ExitCode;
import org.mfujmh.compare.Floors;
import org.mfujmh.compare.GatePolicy;
import org.mfujmh.compare.GateResult;
import org.mfujmh.report.text.GateFormat;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of a gate, shared by {@code check} and {@code bench --gate}. */
final class GateOptions {
    private enum Normalize {
        ROOFLINE
    }

    @Spec
    private CommandSpec own;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--threshold",
            paramLabel = "T",
            description =
                    "The smallest change that matters, as a ratio in either direction: 3%% or 0.03. Default: 3%%.")
    private String threshold = "3%";

    @Option(
            names = "--floor",
            paramLabel = "UNIT=V",
            split = ",",
            description =
                    "Ignore absolute changes below this, regardless of the ratio, such as B/op=16; none: no floor. "
                            + "Default: 1 B/op, 0.01 #/op; for the GC profiler 0.1 MB/sec, 1 count, 1 ms; 0.01 for "
                            + "throttled shares.")
    private List<String> floors = List.of();

    @Option(
            names = "--certain",
            description = "Require the whole interval to be beyond the threshold, not just the estimate.")
    private boolean certain;

    @Option(
            names = "--metric",
            paramLabel = "M",
            split = ",",
            description =
                    "score or a secondary metric, or several, separated by commas. Default: tokens_per_s if present, "
                            + "otherwise score.")
    private List<String> metrics = List.of();

    @Option(
            names = "--normalize",
            paramLabel = "N",
            description =
                    "roofline: compare the share of the roofline measured around each iteration, and the roofline "
                            + "itself; this cancels most of the noise of the machine.")
    private Normalize normalize;

    @Mixin
    private BetterOption better;

    @Option(names = "--strict", description = "Exit code 3 if anything is inconclusive, missing or incomparable.")
    private boolean strict;

    @Option(
            names = "--format",
            paramLabel = "F",
            description = "Output format of the gate: ${COMPLETION-CANDIDATES}; github writes annotations, and the "
                    + "job summary if GITHUB_STEP_SUMMARY is set. Default: text.")
    private GateFormat format = GateFormat.TEXT;

    /**
     * @param alpha the probability, per direction, of any false alarm in a run
     */
    GatePolicy policy(double alpha) {
        return new GatePolicy(
                GatePolicy.threshold(threshold),
                alpha,
                certain,
                metrics,
                normalize != null,
                better.direction(),
                Floors.DEFAULT.with(floors));
    }

    /** @throws BadInput if one was given: the command has no gate this time, and would ignore it */
    void requireNone() {
        GivenOption.among(own, command).ifPresent(option -> {
            throw new BadInput(option + " is for a gate, and this run has none. Add --gate FILE,"
                    + " --against BUILD or a second --torch, or decide afterwards: ./mfu check --help."
                    + (option.equals("--format")
                            ? " For a table in another format: ./mfu compare FILE --format markdown."
                            : ""));
        });
    }

    GateFormat format() {
        return format;
    }

    /**
     * Prints the verdicts to standard output.
     *
     * @param command the command's name for messages on standard error, such as {@code check}
     * @return the exit code
     */
    int report(GateResult result, String command) {
        System.out.print(format.render(result, strict));
        System.out.flush();
        format.warningsBeside(result).forEach(warning -> System.err.println("Warning: " + warning));
        format.publish(result);
        int exit = result.exitCode(strict);
        if (exit == ExitCode.BAD_INPUT) {
            System.err.println("mfu " + command + ": nothing could be compared, so there is no verdict.");
        }
        return exit;
    }
}
