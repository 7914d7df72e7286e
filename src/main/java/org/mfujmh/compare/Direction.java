package org.mfujmh.compare;

import java.util.Optional;
import java.util.Set;

/** Which way a metric is better. */
public enum Direction {
    HIGHER_IS_BETTER,
    LOWER_IS_BETTER;

    private static final Set<String> HIGHER = Set.of(
            "tokens_per_s",
            "model_tflops",
            "roofline_tflops",
            "roofline_share",
            "hfu_sdpa",
            "hfu_full",
            "sm_clock_mhz");
    private static final Set<String> LOWER =
            Set.of("peak_memory_bytes", "power_w", "temperature_c", "throttled_share", "joules_per_token");

    /** Of a primary score: JMH's throughput is better high, its three time modes are better low. */
    static Direction ofMode(String mode) {
        return mode.equals("thrpt") ? HIGHER_IS_BETTER : LOWER_IS_BETTER;
    }

    /**
     * Of a secondary metric: our own by name; of others' what is per operation or a time is a cost, and
     * operations per time are a speed. Empty where the unit doesn't say.
     */
    static Optional<Direction> ofSecondary(String label, String unit) {
        if (HIGHER.contains(label) || label.equals("mfu") || label.startsWith("mfu_")) {
            return Optional.of(HIGHER_IS_BETTER);
        }
        if (LOWER.contains(label) || unit.endsWith("/op") || unit.matches("ns|us|ms|s|B|bytes")) {
            return Optional.of(LOWER_IS_BETTER);
        }
        // The GC profiler's rate of allocation and its count of collections.
        if (label.replace("·", "").matches("gc\\.(alloc\\.rate|count|time).*")) {
            return Optional.of(LOWER_IS_BETTER);
        }
        return unit.startsWith("ops/") || unit.equals("tok/s") ? Optional.of(HIGHER_IS_BETTER) : Optional.empty();
    }

    /** +1 or -1: times a logarithm it makes worse negative. */
    double sign() {
        return this == HIGHER_IS_BETTER ? 1 : -1;
    }
}
