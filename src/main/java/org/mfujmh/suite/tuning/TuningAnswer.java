package org.mfujmh.suite.tuning;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

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

    /** The fastest of only those ways; unchanged if there is no choice. */
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

    /** Whether the answer has the shortest time: the expected way is kept unless another is faster in every round. */
    boolean isShortest() {
        return !seconds.containsKey(label)
                || seconds.get(label) <= fewestSeconds().orElseThrow();
    }

    /** What the fastest took. */
    OptionalDouble fewestSeconds() {
        return seconds.values().stream().mapToDouble(Double::doubleValue).min();
    }
}
