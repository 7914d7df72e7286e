package org.mfujmh.compare;

import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * How far two samples are apart: the difference of their means on the log scale, signed so that worse is
 * negative, with Welch's standard error and degrees of freedom (B. L. Welch, Biometrika 34, 1947): the two
 * sides may be noisy to different degrees.
 *
 * @param logRatio mean log of the current forks minus mean log of the baseline's
 * @param standardError sqrt(s_A^2/n_A + s_B^2/n_B), of the logarithms; 0 where nothing varies
 * @param degreesOfFreedom Welch-Satterthwaite; n_A + n_B - 2 where nothing varies
 * @param forkNoise standard deviation of the log of a fork mean, root mean square of the two sides
 */
public record Change(double logRatio, double standardError, double degreesOfFreedom, double forkNoise) {

    /**
     * @param baseline at least two fork means, all above zero
     * @param current likewise
     */
    public static Change between(Sample baseline, Sample current, Direction direction) {
        Sample before = baseline.log();
        Sample after = current.log();
        double logRatio = direction.sign() * (after.mean() - before.mean());
        double a = before.variance() / before.size();
        double b = after.variance() / after.size();
        double squared = a + b;
        double degrees = squared == 0
                ? before.size() + after.size() - 2
                : squared * squared / (a * a / (before.size() - 1) + b * b / (after.size() - 1));
        double noise = Math.sqrt((before.variance() + after.variance()) / 2);
        return new Change(logRatio, Math.sqrt(squared), degrees, noise);
    }

    /** One-sided p of "no worse": small where it got worse. */
    double pWorse() {
        if (standardError == 0) {
            return logRatio < 0 ? 0 : 1;
        }
        return student().cumulativeProbability(logRatio / standardError);
    }

    /** One-sided p of "no better": small where it got better. */
    double pBetter() {
        if (standardError == 0) {
            return logRatio > 0 ? 0 : 1;
        }
        return student().cumulativeProbability(-logRatio / standardError);
    }

    /**
     * The interval of the ratio whose each end is a one-sided bound at this level.
     *
     * @param level such as 0.05, which makes it a 90 % interval
     * @return as a ratio: above 1 is better
     */
    Interval ratioInterval(double level) {
        double half = standardError == 0 ? 0 : standardError * student().inverseCumulativeProbability(1 - level);
        return new Interval(logRatio, logRatio - half, logRatio + half, 1 - 2 * level, List.of()).map(Math::exp);
    }

    /** Without a generator of random numbers, which the library would seed afresh each time. */
    private TDistribution student() {
        return new TDistribution(null, degreesOfFreedom);
    }
}
