package org.mfujmh.compare;

import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * How far two samples are apart: the difference of their means on the log scale, signed so that worse is
 * negative, with Welch's standard error and degrees of freedom (B. L. Welch, Biometrika 34, 1947): the two
 * sides may be noisy to different degrees.
 *
 * <p>Welch's test alone cries wolf where forks have modes: five forks that happen to lie all in one of them say
 * that nothing varies, and six or seven whole runs in a hundred come out wrong instead of five (simulated). So a
 * change has to convince Student's test too, whose variance is that of both sides together: every p is the
 * larger of the two, every interval the wider. Where both sides have as many forks, that is Welch's.
 *
 * @param logRatio mean log of the current forks minus mean log of the baseline's
 * @param welch sqrt(s_A^2/n_A + s_B^2/n_B) of the logarithms, with the degrees of freedom of Welch and Satterthwaite
 * @param student sqrt(s^2/n_A + s^2/n_B) with s^2 from both, and n_A + n_B - 2
 * @param forkNoise standard deviation of the log of a fork mean, root mean square of the two sides
 */
public record Change(double logRatio, Uncertainty welch, Uncertainty student, double forkNoise) {

    /**
     * The standard error of the difference, and how well it is known itself.
     *
     * @param size 0 where nothing varies
     */
    record Uncertainty(double size, double degreesOfFreedom) {
        /** The one-sided p of a difference at or below this one. */
        double pBelow(double logRatio) {
            if (size == 0) {
                return logRatio < 0 ? 0 : 1;
            }
            return student().cumulativeProbability(logRatio / size);
        }

        /** How far a one-sided bound at this level lies from the estimate. */
        double reach(double level) {
            return size == 0 ? 0 : size * student().inverseCumulativeProbability(1 - level);
        }

        /** Without a generator of random numbers, which the library would seed afresh each time. */
        private TDistribution student() {
            return new TDistribution(null, degreesOfFreedom);
        }
    }

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
        int all = before.size() + after.size() - 2;
        double degrees =
                squared == 0 ? all : squared * squared / (a * a / (before.size() - 1) + b * b / (after.size() - 1));
        double pooled = ((before.size() - 1) * before.variance() + (after.size() - 1) * after.variance()) / all;
        Uncertainty student = new Uncertainty(Math.sqrt(pooled / before.size() + pooled / after.size()), all);
        double noise = Math.sqrt((before.variance() + after.variance()) / 2);
        return new Change(logRatio, new Uncertainty(Math.sqrt(squared), degrees), student, noise);
    }

    /** One-sided p of "no worse": small where it got worse. */
    double pWorse() {
        return Math.max(welch.pBelow(logRatio), student.pBelow(logRatio));
    }

    /** One-sided p of "no better": small where it got better. */
    double pBetter() {
        return Math.max(welch.pBelow(-logRatio), student.pBelow(-logRatio));
    }

    /** The larger of the two standard errors. */
    double standardError() {
        return Math.max(welch.size, student.size);
    }

    /**
     * The interval of the ratio whose each end is a one-sided bound at this level.
     *
     * @param level such as 0.05, which makes it a 90 % interval
     * @return as a ratio: above 1 is better
     */
    Interval ratioInterval(double level) {
        double half = Math.max(welch.reach(level), student.reach(level));
        return new Interval(logRatio, logRatio - half, logRatio + half, 1 - 2 * level, List.of()).map(Math::exp);
    }
}
