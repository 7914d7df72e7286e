package org.mfujmh.suite.gate;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mfujmh.compare.Gate;
import org.mfujmh.compare.GatePolicy;
import org.mfujmh.compare.GateResult;
import org.mfujmh.compare.Measurement;
import org.mfujmh.results.Entry;
import org.mfujmh.suite.plan.Combination;

/**
 * A suite that ends with a gate: it measures and decides, then measures what is undecided once more with as many forks
 * again, and decides. The two looks share the error probability.
 */
public abstract sealed class GateStrategy implements MeasurementStrategy permits GateOnFile, InterleavedGate {
    private final GatePolicy policy;
    private Optional<GateResult> first = Optional.empty();
    private Optional<GateResult> result = Optional.empty();

    GateStrategy(GatePolicy policy) {
        this.policy = policy.withAlpha(GatePolicy.ALPHA_A_LOOK);
    }

    /**
     * Holds the run against a result file.
     *
     * @param baseline empty: {@code baseline.json} in the folder of this device's results
     */
    public static GateStrategy onFile(Optional<Path> baseline, GatePolicy policy) {
        return new GateOnFile(baseline, policy);
    }

    /**
     * Holds the run against another build, whose forks take turns with this one's.
     *
     * @param build a jar of this project, or a commit, branch or tag of the repository in the working directory
     */
    public static GateStrategy onBuild(String build, GatePolicy policy) {
        return new GateOnBuild(build, policy);
    }

    /**
     * Holds the run on one PyTorch against the same run on another, whose forks are interleaved.
     *
     * @param first the baseline, as {@code --torch} takes it
     * @param second what this run is on
     * @throws org.mfujmh.BadInput if one is not there, or both are the same
     */
    public static GateStrategy onTorch(String first, String second, GatePolicy policy) {
        return new GateOnTorch(first, second, policy);
    }

    /** The error probability that both looks share is the user's; each look has its part. */
    GatePolicy policy() {
        return policy;
    }

    /** Whether the baseline's forks are interleaved with this run's. */
    boolean isInterleaved() {
        return !sides().isEmpty();
    }

    /** The results that the new run is compared with. */
    @Override
    public abstract List<Entry> baseline();

    /** The verdicts; there once the suite has run and something was measured. */
    public Optional<GateResult> result() {
        return result;
    }

    @Override
    public List<Combination> undecided(List<Combination> combinations, List<Entry> entries) {
        first = Optional.of(decide(entries));
        List<Measurement> open = first.get().undecided();
        return combinations.stream()
                .filter(combination -> open.stream().anyMatch(one -> isOf(one, combination)))
                .toList();
    }

    @Override
    public void end(List<Entry> entries) {
        GateResult before = first.orElseThrow();
        result = Optional.of(before.undecided().isEmpty() ? before : before.afterSecondLook(decide(entries)));
    }

    private GateResult decide(List<Entry> entries) {
        return isInterleaved()
                ? Gate.decideInterleaved(baseline(), entries, policy)
                : Gate.decide(baseline(), entries, policy);
    }

    private static boolean isOf(Measurement measurement, Combination combination) {
        return measurement.benchmark().equals(combination.benchmark())
                && measurement.params().equals(combination.params());
    }
}
