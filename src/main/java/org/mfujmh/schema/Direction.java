package org.mfujmh.schema;

/** Which way a metric is better. */
public enum Direction {
    HIGHER_IS_BETTER,
    LOWER_IS_BETTER;

    /** +1 or -1: times a logarithm it makes worse negative. */
    public double sign() {
        return this == HIGHER_IS_BETTER ? 1 : -1;
    }
}
