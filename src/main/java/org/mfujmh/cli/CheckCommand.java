package org.mfujmh.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.compare.Gate;
import org.mfujmh.compare.GatePolicy;
import org.mfujmh.compare.GateResult;
import org.mfujmh.results.Identity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./mfu check} runs the gate on two result files. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Fails on a statistically significant slowdown of at least the threshold, comparing two result files.",
            "Each fork is one sample: at least three per side are required; ten for the baseline and five for the"
                    + " new run are recommended."
        },
        footer = {
            "",
            "Verdicts, each with a reason: REGRESSED, IMPROVED, SAME (shown to be within the",
            "threshold), INCONCLUSIVE, MISSING, NEW, FAILED, INCOMPARABLE.",
            "Exit codes: 0 ok; 1 a measurement REGRESSED or FAILED; 2 bad input, or nothing",
            "could be compared; 3 (only with --strict) a measurement is INCONCLUSIVE, MISSING",
            "or INCOMPARABLE.",
            "",
            "Examples:",
            "  ./mfu check --baseline results/my-gpu/baseline.json new.json",
            "  ./mfu check --baseline base.json new.json --threshold 5%% --metric score",
            "  ./mfu check --baseline base.json new.json --format github",
            "",
            "See docs/guide/compare-and-gate.md for how to read the result, and",
            "docs/internals/statistics.md for how many forks to run."
        })
final class CheckCommand implements Callable<Integer> {
    @Parameters(arity = "1", paramLabel = "NEW", description = "The result file to check.")
    private Path current;

    @Option(names = "--baseline", paramLabel = "FILE", description = "The result file to compare with.")
    private Path baseline;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            description = "Probability, per direction, of any false alarm in the whole run. Use 0.0225 if inconclusive "
                    + "measurements are run again. Default: 0.05.")
    private double alpha = GatePolicy.DEFAULT.alpha();

    @Mixin
    private GateOptions gate;

    @Override
    public Integer call() {
        if (baseline == null) {
            throw new BadInput("There is no baseline to compare " + current + " with. Name one with --baseline FILE: "
                    + "the result file of a known good run.");
        }
        if (!Files.exists(baseline)) {
            throw new BadInput("There is no baseline " + baseline + " to compare " + current + " with. Create one on "
                    + "the same machine from a known good build: `./mfu bench -f 10 -rff " + baseline + "`.");
        }
        GateResult result =
                Gate.decide(Identity.readUnique(baseline), Identity.readUnique(current), gate.policy(alpha));
        return gate.report(result, "check");
    }
}
