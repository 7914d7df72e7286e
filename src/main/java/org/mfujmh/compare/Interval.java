package org.mfujmh.compare;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * An estimate, and how sure it is.
 *
 * @param estimate in the unit of what was measured; NaN where nothing was
 * @param low NaN, as {@code high}, where there is no interval: too few forks to know
 * @param high not below {@code low}
 * @param confidence such as 0.99
 * @param warnings what a reader has to know to trust it, as sentences
 */
public record Interval(double estimate, double low, double high, double confidence, List<String> warnings) {
    /** The confidence of every interval that is shown. */
    public static final double CONFIDENCE = 0.99;

    /** The confidence in words. */
    public static final String PERCENT = Math.round(100 * CONFIDENCE) + " %";

    /** How such an interval is called, e.g. at the head of a column. */
    public static final String TITLE = PERCENT + " interval";

    public Interval {
        warnings = List.copyOf(warnings);
    }

    /** Whether there are ends at all. */
    public boolean isKnown() {
        return !Double.isNaN(low) && !Double.isNaN(high);
    }

    /** From the estimate to the high end: the "plus or minus" of a table, also where the low end is cut off at 0. */
    public double halfWidth() {
        return high - estimate;
    }

    /** {@link #halfWidth} as a share of the estimate: "plus or minus 1.2 %". NaN without ends. */
    public double relativeHalfWidth() {
        return halfWidth() / Math.abs(estimate);
    }

    /** The same through an increasing function, such as {@code Math::exp} from the log scale. */
    Interval map(DoubleUnaryOperator increasing) {
        return new Interval(
                increasing.applyAsDouble(estimate),
                increasing.applyAsDouble(low),
                increasing.applyAsDouble(high),
                confidence,
                warnings);
    }
}
