package org.mfujmh.suite.tuning;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The fastest of several ways to do the same work, as measured.
 *
 * @param label the fastest way; older builds call this field {@code form}
 * @param seconds measured seconds by label for the same work; empty if there is only one way
 */
public record TuningAnswer(@JsonAlias("form") String label, Map<String, Double> seconds) {
    public TuningAnswer {
        // Older builds have one field per way instead of the map; these are ignored.
        seconds = seconds == null ? Map.of() : new LinkedHashMap<>(seconds);
    }

    /** The time of the fastest way. */
    OptionalDouble fewestSeconds() {
        return seconds.values().stream().mapToDouble(Double::doubleValue).min();
    }
}
