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
 * Identifies a measurement: entries with equal identities measure the same thing under the same conditions, so a file
 * has each at most once.
 *
 * @param benchmark class and method
 * @param params all parameters
 * @param mode JMH's short name
 * @param threads number of threads that ran the method
 * @param device device, number of devices and engine threads; empty if not recorded
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
     * What is measured, regardless of how: the benchmark, and the parameters except {@link PassParams#HOW}.
     *
     * @param params the parameters that define the subject
     */
    public record Subject(String benchmark, SortedMap<String, String> params) {}

    /** @see Subject */
    public Subject subject() {
        SortedMap<String, String> what = new TreeMap<>(params);
        what.keySet().removeAll(PassParams.HOW);
        return new Subject(benchmark, what);
    }

    /** @throws BadInput if two entries have the same identity; the message names both */
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

    /** Reads a file and checks it with {@link #requireUnique}. */
    public static List<Entry> readUnique(Path file) {
        List<Entry> entries = ResultFile.read(file);
        requireUnique(entries);
        return entries;
    }
}
