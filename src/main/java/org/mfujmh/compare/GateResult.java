package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.mfujmh.ExitCode;

/**
 * The result of a gate.
 *
 * @param measurements in the order of the baseline, then the new ones
 * @param differences in conditions that do not rule out the comparison, such as versions or commit; as sentences
 * @param warnings warnings about the run as a whole
 */
public record GateResult(
        List<Measurement> measurements, List<String> differences, List<String> warnings, GatePolicy policy) {
    public GateResult {
        measurements = List.copyOf(measurements);
        differences = List.copyOf(differences);
        warnings = List.copyOf(warnings);
    }

    /** The most urgent verdict; INCOMPARABLE if nothing could be compared. */
    public Verdict verdict() {
        Verdict most = measurements.stream()
                .map(Measurement::verdict)
                .min(Comparator.naturalOrder())
                .orElse(Verdict.INCOMPARABLE);
        return most == Verdict.FAILED || isAnythingCompared() ? most : Verdict.INCOMPARABLE;
    }

    /** Whether both sides have any comparable measurement, even if with too few forks for a verdict. */
    public boolean isAnythingCompared() {
        return measurements.stream().anyMatch(one -> switch (one.verdict()) {
            case REGRESSED, INCONCLUSIVE, IMPROVED, SAME -> true;
            case FAILED, MISSING, INCOMPARABLE, NEW -> false;
        });
    }

    /** Whether any comparable measurement had enough forks on both sides. */
    public boolean isAnythingTested() {
        return measurements.stream().anyMatch(Measurement::isTested);
    }

    /**
     * @param strict whether undecided measurements count too
     * @return 0 ok; 1 a measurement regressed or failed; 2 nothing could be compared; 3, only if strict: a measurement
     *     is inconclusive, missing or incomparable
     */
    public int exitCode(boolean strict) {
        return switch (verdict()) {
            case REGRESSED, FAILED -> ExitCode.FAILED;
            case INCONCLUSIVE, MISSING, INCOMPARABLE ->
                !isAnythingCompared() ? ExitCode.BAD_INPUT : strict ? ExitCode.INCONCLUSIVE : ExitCode.OK;
            case IMPROVED, SAME, NEW -> ExitCode.OK;
        };
    }

    /** The measurements that more forks might decide. */
    public List<Measurement> undecided() {
        return measurements.stream()
                .filter(one -> one.verdict() == Verdict.INCONCLUSIVE && one.isTested())
                .toList();
    }

    /**
     * The result after a second look, for which only undecided measurements ran again; what the first look decided
     * stays. Both looks have to use {@link GatePolicy#ALPHA_A_LOOK} and the same measurements.
     *
     * @param second the gate's result on the files with the added forks
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
