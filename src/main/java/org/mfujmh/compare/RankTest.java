package org.mfujmh.compare;

import org.apache.commons.statistics.inference.MannWhitneyUTest;

/**
 * The Mann-Whitney U test, two-sided and, without ties, exact. Shown beside a verdict and never deciding it:
 * with 5 against 5 forks its smallest p is 2/252 = 0.008, which Holm over eight measurements can't accept.
 */
final class RankTest {
    private RankTest() {}

    /** The p value; with ties the normal approximation corrected for them. */
    static double pValue(Sample baseline, Sample current) {
        return MannWhitneyUTest.withDefaults()
                .test(baseline.values(), current.values())
                .getPValue();
    }
}
