package org.mfujmh.schema;

/** How the iterations of a metric become its score. */
public enum Aggregation {
    MEAN,
    MAXIMUM
}
