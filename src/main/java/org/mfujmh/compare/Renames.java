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
 * Which missing measurement a new one probably is under another name: the same but for the package, the class, the
 * method, or one parameter. It is offered and never acted on.
 *
 * @param of the new measurements that each missing one may be now
 */
record Renames(Map<Entry, List<Entry>> of) {
    // A parameter that was added makes one new measurement a value; more than this is no help.
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

    /** One has another value, or another name for its value, or is only on one side. */
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

    /** A benchmark's name in its three parts. */
    private record Name(String pack, String type, String method) {
        static Name of(String benchmark) {
            int method = benchmark.lastIndexOf('.');
            int type = benchmark.lastIndexOf('.', method - 1);
            return new Name(
                    benchmark.substring(0, Math.max(type, 0)),
                    benchmark.substring(type + 1, Math.max(method, type + 1)),
                    benchmark.substring(method + 1));
        }

        /** Classes and methods have to be alike, unless there are no others: every suite has a "run". */
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

    /** {@code probably renamed: A -> B}, for a missing measurement; empty where nothing new is like it. */
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
