package org.mfujmh.cli;

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

/** {@code ./mfu check}: the gate. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "The gate: red where a measurement got slower by the threshold or more, and it is not chance.",
            "The sample is the fork: three a side at least, ten of baseline and five new ones to be of use."
        },
        footer = {
            "",
            "Verdicts: REGRESSED, IMPROVED, SAME (shown to lie within the threshold), INCONCLUSIVE, and MISSING,",
            "NEW, FAILED, INCOMPARABLE, each with its reason.",
            "Exit codes: 0 fine; 1 something REGRESSED or FAILED; 2 bad input, or nothing could be compared;",
            "3 with --strict: something is INCONCLUSIVE, MISSING or INCOMPARABLE.",
            "",
            "Examples:",
            "  ./mfu check --baseline results/my-gpu/baseline.json results/my-gpu/latest.json",
            "  ./mfu check --baseline base.json new.json --threshold 5% --metric score,peak_memory_bytes",
            "  ./mfu check --baseline base.json new.json --format github",
            "",
            "docs/comparing.md says how to read it, and how many forks what noise needs."
        })
final class CheckCommand implements Callable<Integer> {
    @Parameters(arity = "1", paramLabel = "NEW", description = "The result file to judge.")
    private Path current;

    @Option(names = "--baseline", paramLabel = "FILE", description = "The result file to hold it against.")
    private Path baseline;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            description =
                    "Chance of any false alarm of a run, a direction. Use 0.025 where what is undecided runs again. Default: 0.05.")
    private double alpha = GatePolicy.DEFAULT.alpha();

    @Mixin
    private GateOptions gate;

    @Override
    public Integer call() {
        if (baseline == null) {
            throw new BadInput("There is no baseline to hold " + current + " against: name one by --baseline FILE."
                    + " The result file of a run that was fine is one.");
        }
        GateResult result =
                Gate.decide(Identity.readUnique(baseline), Identity.readUnique(current), gate.policy(alpha));
        return gate.report(result, "check");
    }
}
