package org.mfujmh.results;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mfujmh.BadInput;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/**
 * Which measurement an entry is: equal identities measure the same thing under the same conditions, so a file
 * holds each at most once.
 *
 * @param benchmark class and method
 * @param params every parameter
 * @param mode JMH's short name
 * @param threads that ran the method
 * @param device what it ran on, with how many devices and threads of the engine; empty where nobody recorded it
 */
public record Identity(String benchmark, SortedMap<String, String> params, String mode, int threads, String device) {

    public static Identity of(Entry entry) {
        String device = String.join(
                " ",
                entry.property(RunProperty.DEVICE).orElse(""),
                entry.property(RunProperty.DEVICE_COUNT).orElse(""),
                entry.property(RunProperty.THREADS).orElse(""));
        return new Identity(entry.benchmark(), entry.params(), entry.mode(), entry.threads(), device.strip());
    }

    /**
     * What is measured, apart from how: benchmark, and the parameters but for {@link PassParams#HOW}.
     *
     * @param params the parameters that make up the subject
     */
    public record Subject(String benchmark, SortedMap<String, String> params) {}

    /** @see Subject */
    public Subject subject() {
        SortedMap<String, String> what = new TreeMap<>(params);
        what.keySet().removeAll(PassParams.HOW);
        return new Subject(benchmark, what);
    }

    /** @throws BadInput names both entries where two of them have one identity: which would be the measurement? */
    public static void requireUnique(Collection<Entry> entries) {
        Map<Identity, Entry> seen = new HashMap<>();
        for (Entry entry : entries) {
            Entry first = seen.putIfAbsent(of(entry), entry);
            if (first != null) {
                throw new BadInput(entry.where() + " measures the same as " + first.where()
                        + ", with the same parameters: remove one of the two.");
            }
        }
    }

    /** Reads a file and holds it to {@link #requireUnique}. */
    public static List<Entry> readUnique(Path file) {
        List<Entry> entries = ResultFile.read(file);
        requireUnique(entries);
        return entries;
    }
}
