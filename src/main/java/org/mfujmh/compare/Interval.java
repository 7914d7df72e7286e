package org.mfujmh.compare;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * An estimate with its confidence interval.
 *
 * @param estimate in the unit of the measurement; NaN if nothing was measured
 * @param low NaN, like {@code high}, if there is no interval because there are too few forks
 * @param high not below {@code low}
 * @param confidence such as 0.99
 * @param warnings what readers have to know before they trust it, as sentences
 */
public record Interval(double estimate, double low, double high, double confidence, List<String> warnings) {
    /** The confidence of all displayed intervals. */
    public static final double CONFIDENCE = 0.99;

    /** The confidence as text. */
    public static final String PERCENT = Math.round(100 * CONFIDENCE) + " %";

    /** The name of such an interval, e.g. as a column heading. */
    public static final String TITLE = PERCENT + " interval";

    public Interval {
        warnings = List.copyOf(warnings);
    }

    /** Whether the interval has ends. */
    public boolean isKnown() {
        return !Double.isNaN(low) && !Double.isNaN(high);
    }

    /**
     * The distance from the estimate to the high end: the "plus or minus" of a table, even if the low end is cut off at
     * 0.
     */
    public double halfWidth() {
        return high - estimate;
    }

    /** {@link #halfWidth} as a share of the estimate: "plus or minus 1.2 %"; NaN without ends. */
    public double relativeHalfWidth() {
        return halfWidth() / Math.abs(estimate);
    }

    /** The interval transformed by an increasing function, such as {@code Math::exp} from the log scale. */
    Interval map(DoubleUnaryOperator increasing) {
        return new Interval(
                increasing.applyAsDouble(estimate),
                increasing.applyAsDouble(low),
                increasing.applyAsDouble(high),
                confidence,
                warnings);
    }
}
