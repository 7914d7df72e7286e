package org.mfujmh.compare;

import java.util.Optional;
import java.util.Set;
import org.mfujmh.results.Unit;

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
    private static final Set<String> LOWER = Set.of(
            "peak_memory_bytes",
            "power_w",
            "temperature_c",
            "throttled_share",
            "throttled_power_share",
            "throttled_heat_share",
            "joules_per_token");

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
        Optional<Unit> known = Unit.of(unit);
        boolean cost =
                known.filter(one -> one.isPerOperation() || one.isTimeOrBytes()).isPresent();
        if (LOWER.contains(label) || cost || unit.endsWith("/op")) {
            return Optional.of(LOWER_IS_BETTER);
        }
        // The GC profiler's rates of allocation and of churn, and its count of collections.
        if (label.matches("gc\\.(alloc\\.rate|churn|count|time).*")) {
            return Optional.of(LOWER_IS_BETTER);
        }
        boolean speed = unit.startsWith("ops/") || known.filter(Unit::isSpeed).isPresent();
        return speed ? Optional.of(HIGHER_IS_BETTER) : Optional.empty();
    }

    /** +1 or -1: times a logarithm it makes worse negative. */
    double sign() {
        return this == HIGHER_IS_BETTER ? 1 : -1;
    }
}
