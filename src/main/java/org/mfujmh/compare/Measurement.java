package org.mfujmh.compare;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import org.mfujmh.results.Identity;

/**
 * One measurement of a gate: its baseline, its current value and the verdict.
 *
 * @param identity as in the baseline, if it is there
 * @param metric {@code score} for the primary one
 * @param unit of baseline and current; empty if there is no metric
 * @param baseline mean of the fork means; NaN if there is none
 * @param current likewise
 * @param baselineForks number of forks in the baseline
 * @param currentForks likewise
 * @param ratio above 1 is better, regardless of the metric's direction; NaN if nothing could be compared
 * @param reason the reason for the verdict, as a sentence
 * @param warnings warnings about this measurement
 * @param rankP two-sided p of the rank test, for information only; NaN if nothing was tested
 * @param forksNeeded forks per side that would decide, if inconclusive
 * @param raw the raw metric behind a normalized one
 */
public record Measurement(
        Identity identity,
        String metric,
        String unit,
        double baseline,
        double current,
        int baselineForks,
        int currentForks,
        Interval ratio,
        Verdict verdict,
        String reason,
        List<String> warnings,
        double rankP,
        OptionalInt forksNeeded,
        Optional<Raw> raw) {

    /** The raw metric behind a share of the roofline; it is shown but has no influence on the verdict. */
    public record Raw(String metric, String unit, double baseline, double current, double ratio) {}

    public Measurement {
        warnings = List.copyOf(warnings);
    }

    public String benchmark() {
        return identity.benchmark();
    }

    public SortedMap<String, String> params() {
        return identity.params();
    }

    /** Whether both sides had enough forks for a test. */
    public boolean isTested() {
        return !Double.isNaN(rankP);
    }
}
