package org.mfujmh.compare;

import java.util.OptionalInt;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * The number of forks per side that would decide: n = 2 s^2 (t(1 - alpha/k) + t(0.8))^2 / delta^2, with the degrees of
 * freedom of {@link Change}. So many forks show in 80 % of runs that a change of delta is no noise. To be REGRESSED, its
 * estimate has to reach the threshold, too: a change of exactly the threshold does in half of all runs.
 */
final class ForksNeeded {
    private static final int MOST = 1000;
    private static final double POWER = 0.8;
    private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

    private ForksNeeded() {}

    /**
     * @param forkNoise standard deviation of the log of a fork mean
     * @param level one-sided, already divided by the number of measurements
     * @param delta the log of the smallest change that matters
     * @return the smallest sufficient n, at least 3; empty if above 1,000
     */
    static OptionalInt of(double forkNoise, double level, double delta) {
        double effect = delta / forkNoise;
        // Student's quantiles lie above the normal's, so the search can start at the normal's n.
        double z = NORMAL.inverseCumulativeProbability(1 - level) + NORMAL.inverseCumulativeProbability(POWER);
        int n = (int) Math.max(Sample.FEWEST_FORKS, Math.min(MOST + 1, Math.ceil(2 * z * z / (effect * effect))));
        while (n <= MOST && !isEnough(n, effect, level)) {
            n++;
        }
        return n > MOST ? OptionalInt.empty() : OptionalInt.of(n);
    }

    private static boolean isEnough(int n, double effect, double level) {
        double degrees = Change.degreesOfFreedom(n);
        double quantiles = StudentT.quantile(degrees, 1 - level) + StudentT.quantile(degrees, POWER);
        return n >= 2 * quantiles * quantiles / (effect * effect);
    }
}
