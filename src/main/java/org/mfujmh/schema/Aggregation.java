package org.mfujmh.schema;

/** How the iterations of a metric are aggregated into its score. */
public enum Aggregation {
    MEAN,
    MAXIMUM
}
