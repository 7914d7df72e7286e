package org.mfujmh.compare;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import org.mfujmh.results.Identity;

/**
 * One measurement of a gate: what it was, what it is, and what can be said of it.
 *
 * @param identity as in the baseline, where it is there
 * @param metric {@code score} for the primary one
 * @param unit of baseline and current; empty where there is no metric
 * @param baseline mean over fork means; NaN where there is none
 * @param current likewise
 * @param baselineForks how many forks stand behind it
 * @param currentForks likewise
 * @param ratio above 1 is better, whichever way the metric points; NaN where nothing could be compared
 * @param reason a sentence for the verdict
 * @param warnings doubts about this measurement
 * @param rankP of the rank test, two-sided, shown beside; NaN where nothing was tested
 * @param forksNeeded a side, where inconclusive
 * @param raw the figure behind a normalized one
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

    /** The raw metric beside a share of the roofline: it is shown and does not decide. */
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

    /** Whether there were enough forks on both sides to put it to a test. */
    public boolean isTested() {
        return !Double.isNaN(rankP);
    }
}
