package org.mfujmh.report.text;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.mfujmh.flops.Convention;

/** What the letters of the conventions' formulas stand for. */
public final class ConventionSymbols {
    public static final String TOKENS =
            "T: tokens per sequence; w: the window of a layer that has one. A multiplication"
                    + " and an addition are 2 FLOPs.";
    public static final String HEAD = "H: the head's weights";
    public static final String ATTENTION =
            "A: query heads x (columns of a key + columns of a value) / 2, summed over layers.";

    private ConventionSymbols() {}

    /** A line for each kind of weights, with the conventions that count them: {@code M of exact, ...: ...}. */
    public static List<String> weights(Collection<Convention> conventions) {
        return conventions.stream()
                .collect(Collectors.groupingBy(Convention::weights, LinkedHashMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(entry -> entry.getKey().symbol() + " of "
                        + entry.getValue().stream().map(Convention::label).collect(Collectors.joining(", ")) + ": "
                        + entry.getKey().definition() + ".")
                .toList();
    }
}
