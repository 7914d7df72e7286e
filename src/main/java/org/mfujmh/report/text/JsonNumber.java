package org.mfujmh.report.text;

/** Numbers for JSON, which has no NaN and no infinity. */
public final class JsonNumber {
    private JsonNumber() {}

    /** The number, or null. */
    public static Double orNull(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
