package org.mfujmh.verify;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * Something that was computed or measured, held against what it should be.
 *
 * @param check what is checked
 * @param expected what it should be
 * @param actual what it is
 * @param tolerance how far they may be apart, in the same unit
 * @param ok whether they are no further apart
 * @param source who says what it should be
 */
@JsonPropertyOrder({"check", "expected", "actual", "tolerance", "ok", "source"})
public record Check(String check, Number expected, Number actual, Number tolerance, boolean ok, String source) {

    /** Two counts that have to be equal. */
    public static Check exactly(String check, Number expected, Number actual, String source) {
        return new Check(check, expected, actual, 0, expected.equals(actual), source);
    }

    /** Two figures that have to be close; NaN is close to nothing. */
    public static Check near(String check, double expected, double actual, double tolerance, String source) {
        return new Check(check, expected, actual, tolerance, Math.abs(expected - actual) <= tolerance, source);
    }
}
