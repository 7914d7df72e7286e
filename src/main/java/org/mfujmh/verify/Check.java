package org.mfujmh.verify;

import com.fasterxml.jackson.annotation.JsonGetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A computed or measured value, compared with its expected value.
 *
 * @param check what is checked
 * @param expected the expected value
 * @param actual the actual value
 * @param tolerance the allowed difference, in the same unit
 * @param ok whether the difference is within the tolerance
 * @param source the source of the expected value
 */
@JsonPropertyOrder({"check", "expected", "actual", "tolerance", "ok", "source"})
public record Check(String check, Number expected, Number actual, Number tolerance, boolean ok, String source) {

    /** The actual value for JSON, which has no NaN and no infinity: null for these. */
    @JsonGetter("actual")
    Number finiteActual() {
        return actual instanceof Double number && !Double.isFinite(number) ? null : actual;
    }

    /** A check of two counts that must be equal. */
    public static Check exactly(String check, Number expected, Number actual, String source) {
        return new Check(check, expected, actual, 0, expected.equals(actual), source);
    }

    /** A check of two figures that must be close; NaN always fails. */
    public static Check near(String check, double expected, double actual, double tolerance, String source) {
        return new Check(check, expected, actual, tolerance, Math.abs(expected - actual) <= tolerance, source);
    }
}
