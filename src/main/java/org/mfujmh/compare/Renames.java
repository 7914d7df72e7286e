package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.mfujmh.DidYouMean;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;
import org.mfujmh.results.PlainText;

/**
 * Guesses which new measurements are renamed missing ones: those that differ only in the package, the class, the method
 * or one parameter. The guess is only shown.
 *
 * @param of for each missing measurement, the new ones it may have become
 */
record Renames(Map<Entry, List<Entry>> of) {
    // An added parameter makes one new measurement per value; listing more than this does not help.
    private static final int MOST_NAMED = 4;

    static Renames between(List<Entry> missing, List<Entry> added) {
        boolean onlyTwo = missing.size() == 1 && added.size() == 1;
        return new Renames(missing.stream().collect(Collectors.toMap(old -> old, old -> added.stream()
                .filter(entry -> isProbably(old, entry, onlyTwo))
                .toList())));
    }

    private static boolean isProbably(Entry old, Entry added, boolean onlyTwo) {
        if (!old.mode().equals(added.mode()) || old.threads() != added.threads()) {
            return false;
        }
        return old.benchmark().equals(added.benchmark())
                ? isOneParameterApart(old.params(), added.params())
                : old.params().equals(added.params())
                        && Name.of(old.benchmark()).isOnePartApart(Name.of(added.benchmark()), onlyTwo);
    }

    /** Whether one parameter has a different value or name, or exists only on one side. */
    private static boolean isOneParameterApart(Map<String, String> before, Map<String, String> after) {
        Set<Map.Entry<String, String>> gone = new HashSet<>(before.entrySet());
        gone.removeAll(after.entrySet());
        Set<Map.Entry<String, String>> come = new HashSet<>(after.entrySet());
        come.removeAll(before.entrySet());
        if (gone.size() > 1 || come.size() > 1) {
            return false;
        }
        Map.Entry<String, String> from = gone.stream().findFirst().orElse(null);
        Map.Entry<String, String> to = come.stream().findFirst().orElse(null);
        return from == null
                || to == null
                || from.getKey().equals(to.getKey())
                || from.getValue().equals(to.getValue());
    }

    /** A benchmark's name, split into package, class and method. */
    private record Name(String pack, String type, String method) {
        static Name of(String benchmark) {
            int method = benchmark.lastIndexOf('.');
            int type = benchmark.lastIndexOf('.', method - 1);
            return new Name(
                    benchmark.substring(0, Math.max(type, 0)),
                    benchmark.substring(type + 1, Math.max(method, type + 1)),
                    benchmark.substring(method + 1));
        }

        /** Classes and methods have to be similar unless there are no others, since every suite has a "run". */
        boolean isOnePartApart(Name other, boolean anyName) {
            if (!pack.equals(other.pack)) {
                return type.equals(other.type) && method.equals(other.method);
            }
            return type.equals(other.type)
                    ? anyName || isAlike(method, other.method)
                    : method.equals(other.method) && (anyName || isAlike(type, other.type));
        }

        private static boolean isAlike(String before, String after) {
            return DidYouMean.to(before, List.of(after)).isPresent();
        }
    }

    /** {@code probably renamed: A -> B}, for a missing measurement; empty if no new one is similar. */
    String hint(Entry missing) {
        List<Entry> candidates = of.getOrDefault(missing, List.of());
        if (candidates.isEmpty()) {
            return "";
        }
        String named = candidates.stream().limit(MOST_NAMED).map(Renames::name).collect(Collectors.joining(" or "));
        String more = candidates.size() > MOST_NAMED ? " or " + (candidates.size() - MOST_NAMED) + " more" : "";
        return "probably renamed: " + name(missing) + " -> " + named + more;
    }

    /** The same for a new measurement. */
    String hintFor(Entry added) {
        List<Entry> sources = new ArrayList<>();
        of.forEach((missing, candidates) -> {
            if (candidates.contains(added)) {
                sources.add(missing);
            }
        });
        String named =
                sources.stream().map(Renames::name).sorted().limit(MOST_NAMED).collect(Collectors.joining(" or "));
        return sources.isEmpty() ? "" : "probably renamed: " + named + " -> " + name(added);
    }

    private static String name(Entry entry) {
        Identity identity = Identity.of(entry);
        String params = identity.params().entrySet().stream()
                .map(one -> " " + one.getKey() + "=" + one.getValue())
                .collect(Collectors.joining());
        return PlainText.of(entry.benchmark() + params);
    }
}
