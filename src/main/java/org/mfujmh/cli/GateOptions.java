package org.mfujmh.cli;

import java.util.List;
import org.mfujmh.compare.Floors;
import org.mfujmh.compare.GatePolicy;
import org.mfujmh.compare.GateResult;
import org.mfujmh.report.text.GateFormat;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The questions of a gate, as {@code check} and {@code bench --gate} take them. */
final class GateOptions {
    private enum Normalize {
        ROOFLINE
    }

    @Option(
            names = "--threshold",
            paramLabel = "T",
            description = "The smallest change that matters, as a ratio both ways: 3%% or 0.03. Default: 3%%.")
    private String threshold = "3%";

    @Option(
            names = "--floor",
            paramLabel = "UNIT=V",
            split = ",",
            description =
                    "The smallest change that matters in a unit, whatever its ratio, such as B/op=16; none: no floor. Default: 1 B/op, 0.01 #/op; of the GC profiler 0.1 MB/sec, 1 count, 1 ms; 0.01 of throttled shares.")
    private List<String> floors = List.of();

    @Option(
            names = "--certain",
            description = "Asks for the whole interval beyond the threshold, not for the estimate alone.")
    private boolean certain;

    @Option(
            names = "--metric",
            paramLabel = "M",
            split = ",",
            description =
                    "score, or a secondary metric; several by commas. Default: tokens_per_s where there is one, else score.")
    private List<String> metrics = List.of();

    @Option(
            names = "--normalize",
            paramLabel = "N",
            description =
                    "roofline: judges the share of the roofline measured beside each iteration, and the roofline beside it, which cancels most of a noisy machine.")
    private Normalize normalize;

    @Mixin
    private BetterOption better;

    @Option(names = "--strict", description = "Exit code 3 where something was not decided.")
    private boolean strict;

    @Option(
            names = "--format",
            paramLabel = "F",
            description =
                    "The gate's result as text, markdown, json, csv, junit, or github (annotations; with GITHUB_STEP_SUMMARY set, the job's summary too). Default: text.")
    private GateFormat format = GateFormat.TEXT;

    /** @param alpha the chance of any false alarm of a run, a direction */
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

    GateFormat format() {
        return format;
    }

    /**
     * Prints the verdicts to standard output.
     *
     * @param command for a sentence on standard error, such as {@code check}
     * @return the exit code
     */
    int report(GateResult result, String command) {
        System.out.print(format.render(result, strict));
        System.out.flush();
        format.publish(result);
        int exit = result.exitCode(strict);
        if (exit == 2) {
            System.err.println("mfu " + command + ": nothing could be compared, so nothing is known to be fine.");
        }
        return exit;
    }
}
