package org.mfujmh.compare;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Detects that all measurements of a run moved together. Either the machine or a shared library changed; the files
 * cannot tell which, so the reader is warned.
 */
final class CommonShift {
    private static final int FEWEST = 3;
    // The normal quantile of p = 0.001, two-sided.
    private static final double CERTAIN = 3.29;

    private CommonShift() {}

    /**
     * A warning if at least three measurements all moved in the same direction, by a third of the threshold on average.
     */
    static Optional<String> in(List<Change> all, GatePolicy policy) {
        // What is near zero, or zero, has no ratio that others could share.
        List<Change> changes = all.stream().filter(Change::isLogarithmic).toList();
        boolean allWorse = changes.stream().allMatch(change -> change.logRatio() < 0);
        boolean allBetter = changes.stream().allMatch(change -> change.logRatio() > 0);
        if (changes.size() < FEWEST || !(allWorse || allBetter)) {
            return Optional.empty();
        }
        double weights = changes.stream().mapToDouble(CommonShift::weight).sum();
        double shift = changes.stream()
                        .mapToDouble(change -> weight(change) * change.logRatio())
                        .sum()
                / weights;
        boolean certain = Math.abs(shift) * Math.sqrt(weights) > CERTAIN;
        if (!certain || Math.abs(shift) < policy.logThreshold() / 3) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "All %d measurements moved together, by about %+.1f %%: either the machine was in a different state, "
                        + "or everything got %s. Two files cannot tell these apart; --normalize roofline, or "
                        + "measuring both builds in one session (--against), can.",
                changes.size(),
                100 * Math.expm1(shift),
                allWorse ? "slower" : "faster"));
    }

    /** One over the variance, with a standard error of at least 0.01 %. */
    private static double weight(Change change) {
        double error = Math.max(change.standardError(), 1e-4);
        return 1 / (error * error);
    }
}
