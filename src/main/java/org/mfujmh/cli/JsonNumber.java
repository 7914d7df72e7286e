package org.mfujmh.cli;

/** Numbers for JSON, which knows no NaN and no infinity. */
final class JsonNumber {
    private JsonNumber() {}

    /** The number, or null. */
    static Double orNull(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
