package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.results.Difference;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;

/**
 * One measurement in two files.
 *
 * @param baseline empty if only the new run has it
 * @param current empty if only the baseline has it
 * @param differences differences in conditions, if both are present
 */
record Pairing(Optional<Entry> baseline, Optional<Entry> current, List<Difference> differences) {

    private static Pairing both(Entry before, Entry after) {
        return new Pairing(Optional.of(before), Optional.of(after), Difference.between(before, after));
    }

    /** The entry that is present; the baseline's if both are. */
    Entry either() {
        return baseline.or(() -> current).orElseThrow();
    }

    /** The differences that rule out a comparison. */
    List<Difference> forbidding() {
        return differences.stream().filter(Difference::incomparable).toList();
    }

    /**
     * Pairs entries of the same identity. Each entry left over is paired with the closest one that measures the same
     * thing in a different way (device, precision, program, ...), so that the gate can say why they are not comparable.
     *
     * @return the baseline's measurements in their order, then those that only the new run has
     */
    static List<Pairing> of(List<Entry> baseline, List<Entry> current) {
        Identity.requireUnique(baseline);
        Identity.requireUnique(current);
        Map<Identity, Entry> unpaired = new LinkedHashMap<>();
        current.forEach(entry -> unpaired.put(Identity.of(entry), entry));
        Map<Entry, Pairing> found = new HashMap<>();
        for (Entry before : baseline) {
            Entry after = unpaired.remove(Identity.of(before));
            if (after != null) {
                found.put(before, both(before, after));
            }
        }
        Map<Identity.Subject, List<Entry>> left = new LinkedHashMap<>();
        unpaired.forEach((identity, entry) -> left.computeIfAbsent(identity.subject(), subject -> new ArrayList<>())
                .add(entry));
        List<Pairing> pairs = new ArrayList<>();
        for (Entry before : baseline) {
            pairs.add(
                    found.containsKey(before)
                            ? found.get(before)
                            : closest(
                                    before,
                                    left.getOrDefault(Identity.of(before).subject(), new ArrayList<>())));
        }
        left.values()
                .forEach(entries -> entries.forEach(
                        after -> pairs.add(new Pairing(Optional.empty(), Optional.of(after), List.of()))));
        return pairs;
    }

    /** Takes the closest out of the candidates. */
    private static Pairing closest(Entry before, List<Entry> candidates) {
        Optional<Pairing> pair = candidates.stream()
                .map(after -> both(before, after))
                .min(Comparator.<Pairing>comparingInt(one -> one.forbidding().size())
                        .thenComparingInt(one -> one.differences().size()));
        pair.flatMap(Pairing::current).ifPresent(candidates::remove);
        return pair.orElse(new Pairing(Optional.of(before), Optional.empty(), List.of()));
    }
}
