package org.mfujmh.suite.tuning;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

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

    /** The fastest of those ways alone; the same if there is none to choose from. */
    TuningAnswer onlyWays(Set<String> ways) {
        if (ways.contains(label) || seconds.keySet().stream().noneMatch(ways::contains)) {
            return this;
        }
        Map<String, Double> left = new LinkedHashMap<>(seconds);
        left.keySet().retainAll(ways);
        String fastest =
                Collections.min(left.entrySet(), Map.Entry.comparingByValue()).getKey();
        return new TuningAnswer(fastest, left);
    }

    /** What the fastest took. */
    OptionalDouble fewestSeconds() {
        return seconds.values().stream().mapToDouble(Double::doubleValue).min();
    }
}
