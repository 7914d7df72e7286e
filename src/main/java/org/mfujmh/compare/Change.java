package org.mfujmh.compare;

import java.util.List;
import org.mfujmh.schema.Direction;

/**
 * The difference between two samples: the difference of their means on the log scale, signed so that worse is negative,
 * with Welch's standard error and degrees of freedom (B. L. Welch, Biometrika 34, 1947), since the two sides may differ
 * in noise.
 *
 * <p>Welch's test alone gives too many false alarms if forks have modes: five forks that all happen to lie in one mode
 * suggest that nothing varies, and 6 or 7 % of whole runs are wrong instead of 5 % (simulated). So a change has to pass
 * Student's test too, which pools the variance of both sides: every p is the larger of the two, every interval the
 * wider. With equal numbers of forks, that is Welch's.
 *
 * <p>Zero has no logarithm, and ratios near zero are meaningless. There the values themselves are compared, with the
 * same two tests.
 *
 * @param shift the mean of the current forks minus the mean of the baseline's, on the scale; below 0 is worse
 * @param welch sqrt(s_A^2/n_A + s_B^2/n_B) on the scale, with the degrees of freedom of Welch and Satterthwaite
 * @param student sqrt(s^2/n_A + s^2/n_B) with the pooled s^2, and n_A + n_B - 2 degrees of freedom
 * @param forkNoise standard deviation of fork means on the scale, root mean square of the two sides
 * @param forks of the side that has fewer
 * @param scale logarithmic, or linear in the values themselves
 */
public record Change(double shift, Uncertainty welch, Uncertainty student, double forkNoise, int forks, Scale scale) {

    /**
     * The standard error of the difference, with its degrees of freedom.
     *
     * @param size the standard error; 0 if nothing varies
     */
    record Uncertainty(double size, double degreesOfFreedom) {
        /** Those of five forks. */
        private static final int FEWEST_DEGREES = 4;

        /**
         * Welch's, of two means. From a side of three or four forks Welch's degrees of freedom are themselves too
         * uncertain, and too many where that side is the noisier one: it gets its own, the fewest that they can be.
         *
         * @param a the square of the standard error of one mean
         * @param degreesA its degrees of freedom
         */
        static Uncertainty welch(double a, int degreesA, double b, int degreesB) {
            double squared = a + b;
            int fewer = Math.min(degreesA, degreesB);
            double degrees = fewer < FEWEST_DEGREES || squared == 0
                    ? fewer
                    : squared * squared / (a * a / degreesA + b * b / degreesB);
            return new Uncertainty(Math.sqrt(squared), degrees);
        }

        /** The one-sided p of a difference at or below the given one. */
        double pBelow(double shift) {
            if (size == 0) {
                return shift < 0 ? 0 : 1;
            }
            return StudentT.cumulative(degreesOfFreedom, shift / size);
        }

        /** The distance of a one-sided bound at this level from the estimate. */
        double reach(double level) {
            return size == 0 ? 0 : size * StudentT.quantile(degreesOfFreedom, 1 - level);
        }
    }

    /** The degrees of freedom of two equally noisy sides with this number of forks each. */
    static double degreesOfFreedom(int forks) {
        return Uncertainty.welch(1, forks - 1, 1, forks - 1).degreesOfFreedom;
    }

    /** The scale on which two samples were compared. */
    sealed interface Scale {
        /** Converts a shift to a ratio: above 1 is better. */
        double toRatio(double shift);

        /** The shift of a threshold that is given as a ratio in either direction. */
        double margin(double threshold);
    }

    /** Logarithms: for values that are all above zero and far enough from it. */
    record Logarithmic() implements Scale {
        @Override
        public double toRatio(double shift) {
            return Math.exp(shift);
        }

        @Override
        public double margin(double threshold) {
            return Math.log1p(threshold);
        }
    }

    /**
     * The values themselves: used if one is zero, or all are near zero.
     *
     * @param largest the larger absolute value of the two means
     * @param floor changes below this are ignored, in the unit of the values
     */
    record Linear(double largest, double floor) implements Scale {
        /**
         * The share is relative to the larger mean, so that swapping the samples inverts the ratio; from or to zero it
         * is infinite or 0.
         */
        @Override
        public double toRatio(double shift) {
            if (shift == 0) {
                return 1;
            }
            double share = Math.min(Math.abs(shift) / largest, 1);
            return shift < 0 ? 1 - share : 1 / (1 - share);
        }

        /** How far the smaller of two positive means with the ratio 1 + threshold lies below the larger. */
        @Override
        public double margin(double threshold) {
            return Math.max(threshold / (1 + threshold) * largest, floor);
        }
    }

    /**
     * Compares two samples on the log scale.
     *
     * @param baseline at least two fork means, all above zero
     * @param current likewise
     */
    public static Change between(Sample baseline, Sample current, Direction direction) {
        return between(baseline.log(), current.log(), direction, new Logarithmic());
    }

    /**
     * Compares two samples on the log scale, or on the linear scale if a value is not above zero or the floor is a
     * larger change than the threshold.
     *
     * @param baseline at least two fork means
     * @param current likewise
     * @param floor changes below this are ignored, in the unit of the samples; 0 for no floor
     */
    static Change between(Sample baseline, Sample current, Direction direction, double threshold, double floor) {
        Linear linear = new Linear(Math.max(Math.abs(baseline.mean()), Math.abs(current.mean())), floor);
        boolean nearZero = linear.margin(threshold) == floor;
        return nearZero || !baseline.isPositive() || !current.isPositive()
                ? between(baseline, current, direction, linear)
                : between(baseline, current, direction);
    }

    private static Change between(Sample before, Sample after, Direction direction, Scale scale) {
        double shift = direction.sign() * (after.mean() - before.mean());
        double a = before.variance() / before.size();
        double b = after.variance() / after.size();
        int all = before.size() + after.size() - 2;
        double pooled = ((before.size() - 1) * before.variance() + (after.size() - 1) * after.variance()) / all;
        Uncertainty student = new Uncertainty(Math.sqrt(pooled / before.size() + pooled / after.size()), all);
        double noise = Math.sqrt((before.variance() + after.variance()) / 2);
        return new Change(
                shift,
                Uncertainty.welch(a, before.size() - 1, b, after.size() - 1),
                student,
                noise,
                Math.min(before.size(), after.size()),
                scale);
    }

    /**
     * The ratio of two values, without a test: above 1 is better. From zero to zero it is 1; otherwise, if one is zero,
     * 0 or infinite.
     *
     * @return NaN if a value is NaN or below zero
     */
    static double ratio(double before, double after, Direction direction) {
        if (!(before >= 0 && after >= 0)) {
            return Double.NaN;
        }
        double better = direction == Direction.HIGHER_IS_BETTER ? after : before;
        double worse = direction == Direction.HIGHER_IS_BETTER ? before : after;
        return better == worse ? 1 : better / worse;
    }

    /** The logarithm of the ratio: below 0 is worse; infinite from or to zero. */
    public double logRatio() {
        return scale instanceof Logarithmic ? shift : Math.log(scale.toRatio(shift));
    }

    /** The smallest shift that matters. */
    double margin(GatePolicy policy) {
        return scale.margin(policy.threshold());
    }

    boolean isLogarithmic() {
        return scale instanceof Logarithmic;
    }

    /** Whether a change has to exceed an absolute floor here instead of the threshold. */
    boolean isHeldToFloor(GatePolicy policy) {
        return scale instanceof Linear linear && linear.floor > 0 && margin(policy) == linear.floor;
    }

    /** One-sided p of "no worse": small if it got worse. */
    double pWorse() {
        return Math.max(welch.pBelow(shift), student.pBelow(shift));
    }

    /** One-sided p of "no better": small if it got better. */
    double pBetter() {
        return Math.max(welch.pBelow(-shift), student.pBelow(-shift));
    }

    /** The larger of the two standard errors. */
    double standardError() {
        return Math.max(welch.size, student.size);
    }

    /**
     * The interval of the shift; each end is a one-sided bound at this level.
     *
     * @param level such as 0.05, which makes it a 90 % interval
     */
    Interval shiftInterval(double level) {
        double half = Math.max(welch.reach(level), student.reach(level));
        return new Interval(shift, shift - half, shift + half, 1 - 2 * level, List.of());
    }

    /**
     * The same interval as a ratio: above 1 is better.
     *
     * @param level as for the shift
     */
    public Interval ratioInterval(double level) {
        return ratio(shiftInterval(level));
    }

    /** An interval of the shift as one of the ratio. */
    Interval ratio(Interval ofShift) {
        return ofShift.map(scale::toRatio);
    }
}
