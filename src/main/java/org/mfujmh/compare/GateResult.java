package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the gate says.
 *
 * @param measurements in the order of the baseline, then what is new
 * @param differences of conditions that do not forbid the comparison: versions, commit, ...; as sentences
 * @param warnings doubts about the run as a whole
 */
public record GateResult(
        List<Measurement> measurements, List<String> differences, List<String> warnings, GatePolicy policy) {
    public GateResult {
        measurements = List.copyOf(measurements);
        differences = List.copyOf(differences);
        warnings = List.copyOf(warnings);
    }

    /** The most urgent verdict of all; INCOMPARABLE where nothing could be compared. */
    public Verdict verdict() {
        Verdict most = measurements.stream()
                .map(Measurement::verdict)
                .min(Comparator.naturalOrder())
                .orElse(Verdict.INCOMPARABLE);
        return most == Verdict.FAILED || isAnythingCompared() ? most : Verdict.INCOMPARABLE;
    }

    /** Whether both sides have any measurement alike, be it with too few forks for a verdict. */
    public boolean isAnythingCompared() {
        return measurements.stream().anyMatch(one -> switch (one.verdict()) {
            case REGRESSED, INCONCLUSIVE, IMPROVED, SAME -> true;
            case FAILED, MISSING, INCOMPARABLE, NEW -> false;
        });
    }

    /** Whether any measurement had enough forks, comparable, on both sides. */
    public boolean isAnythingTested() {
        return measurements.stream().anyMatch(Measurement::isTested);
    }

    /**
     * @param strict whether what was not decided counts too
     * @return 0 fine; 1 something regressed or failed; 2 nothing could be compared; 3, only where strict:
     *     something is inconclusive, missing or incomparable
     */
    public int exitCode(boolean strict) {
        return switch (verdict()) {
            case REGRESSED, FAILED -> 1;
            case INCONCLUSIVE, MISSING, INCOMPARABLE -> !isAnythingCompared() ? 2 : strict ? 3 : 0;
            case IMPROVED, SAME, NEW -> 0;
        };
    }

    /** The measurements that more forks may decide. */
    public List<Measurement> undecided() {
        return measurements.stream()
                .filter(one -> one.verdict() == Verdict.INCONCLUSIVE && one.isTested())
                .toList();
    }

    /**
     * The result after a second look, for which only what was undecided ran again: what the first look decided
     * stays. Both looks have to be at {@link GatePolicy#ALPHA_A_LOOK}, over the same measurements.
     *
     * @param second the gate on the files with the added forks
     */
    public GateResult afterSecondLook(GateResult second) {
        if (second.measurements.size() != measurements.size()) {
            throw new IllegalArgumentException("Two looks at different measurements: " + measurements.size() + " and "
                    + second.measurements.size());
        }
        List<Measurement> together = new ArrayList<>();
        for (int i = 0; i < measurements.size(); i++) {
            Measurement first = measurements.get(i);
            together.add(undecided().contains(first) ? second.measurements.get(i) : first);
        }
        List<String> allWarnings = Stream.concat(warnings.stream(), second.warnings.stream())
                .distinct()
                .toList();
        return new GateResult(together, second.differences, allWarnings, policy);
    }
}
