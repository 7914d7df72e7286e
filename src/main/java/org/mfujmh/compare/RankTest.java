package org.mfujmh.compare;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.apache.commons.statistics.inference.MannWhitneyUTest;

/**
 * The Mann-Whitney U test, two-sided and, without ties, exact. It is shown with a verdict for information only: with 5
 * against 5 forks its smallest p is 2/252 = 0.008, too large for Holm over eight measurements.
 */
final class RankTest {
    private RankTest() {}

    /** The p value; with ties, the tie-corrected normal approximation; 1 if all values are equal. */
    static double pValue(Sample baseline, Sample current) {
        double[] all = DoubleStream.concat(Arrays.stream(baseline.values()), Arrays.stream(current.values()))
                .distinct()
                .toArray();
        if (all.length == 1) {
            return 1;
        }
        return MannWhitneyUTest.withDefaults()
                .test(baseline.values(), current.values())
                .getPValue();
    }
}
