package org.mfujmh.schema;

/** Whether larger or smaller values of a metric are better. */
public enum Direction {
    HIGHER_IS_BETTER,
    LOWER_IS_BETTER;

    /** +1 or -1: multiplied by a log ratio, it makes a change for the worse negative. */
    public double sign() {
        return this == HIGHER_IS_BETTER ? 1 : -1;
    }
}
