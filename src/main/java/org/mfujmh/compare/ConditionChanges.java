package org.mfujmh.compare;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.results.Difference;
import org.mfujmh.results.Entry;
import org.mfujmh.results.PlainText;

/**
 * Collects the differences in conditions over many measurements, with one sentence per condition. Where a condition
 * changed in several ways, the sentence names the measurements of each.
 */
final class ConditionChanges {
    private static final int MOST_NAMED = 3;

    /** Measurements by condition, then by its change. */
    private final Map<String, Map<String, Set<Entry>>> byCondition = new LinkedHashMap<>();

    void add(Entry measured, List<Difference> differences) {
        for (Difference one : differences) {
            byCondition
                    .computeIfAbsent(one.what(), what -> new LinkedHashMap<>())
                    .computeIfAbsent(one.change(), change -> new LinkedHashSet<>())
                    .add(measured);
        }
    }

    /** E.g. {@code commit: 1a2b3c -> 4d5e6f}, without a full stop. */
    List<String> sentences() {
        return byCondition.entrySet().stream()
                .map(condition -> condition.getKey() + ": " + changes(condition.getValue()))
                .toList();
    }

    private static String changes(Map<String, Set<Entry>> byChange) {
        if (byChange.size() == 1) {
            return byChange.keySet().iterator().next();
        }
        Set<String> varying =
                varying(byChange.values().stream().flatMap(Set::stream).toList());
        return byChange.entrySet().stream()
                .map(change -> change.getKey() + " (" + names(change.getValue(), varying) + ")")
                .collect(Collectors.joining(", "));
    }

    private static String names(Set<Entry> measured, Set<String> varying) {
        List<String> names =
                measured.stream().map(entry -> name(entry, varying)).distinct().toList();
        String first = names.stream().limit(MOST_NAMED).collect(Collectors.joining("; "));
        return names.size() > MOST_NAMED ? first + "; " + (names.size() - MOST_NAMED) + " more" : first;
    }

    private static String name(Entry entry, Set<String> varying) {
        String[] parts = entry.benchmark().split("\\.", -1);
        String brief = Stream.of(parts).skip(Math.max(0, parts.length - 2)).collect(Collectors.joining("."));
        return PlainText.of(Stream.concat(
                        Stream.of(brief),
                        varying.stream()
                                .filter(param -> entry.params().containsKey(param))
                                .map(param -> param + "=" + entry.params().get(param)))
                .collect(Collectors.joining(" ")));
    }

    /** The parameters whose values are not the same in all entries. */
    private static Set<String> varying(List<Entry> entries) {
        return entries.stream()
                .flatMap(entry -> entry.params().keySet().stream())
                .filter(param -> entries.stream()
                                .map(entry -> entry.params().getOrDefault(param, ""))
                                .distinct()
                                .count()
                        > 1)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
