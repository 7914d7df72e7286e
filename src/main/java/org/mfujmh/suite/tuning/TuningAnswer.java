package org.mfujmh.suite.tuning;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The fastest of some ways to do the same work, as a machine measured it.
 *
 * @param label of the way; older builds call it {@code form}
 * @param seconds that each way took for the same work, by label; empty where there is one way only
 */
public record TuningAnswer(@JsonAlias("form") String label, Map<String, Double> seconds) {
    public TuningAnswer {
        // Builds from before the map named each way by a field of its own, which is not read.
        seconds = seconds == null ? Map.of() : new LinkedHashMap<>(seconds);
    }

    /** What the fastest took. */
    OptionalDouble fewestSeconds() {
        return seconds.values().stream().mapToDouble(Double::doubleValue).min();
    }
}
