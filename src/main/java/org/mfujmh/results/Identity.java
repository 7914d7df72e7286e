package org.mfujmh.results;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
        return new Identity(entry.benchmark(), entry.params(), entry.mode(), entry.threads(), device(entry));
    }

    /** {@code AMD EPYC (2 threads)}, {@code NVIDIA H200 x 8 (16 threads)}. */
    private static String device(Entry entry) {
        String count = entry.property(RunProperty.DEVICE_COUNT)
                .filter(number -> !number.equals("1"))
                .map(number -> "x " + number)
                .orElse("");
        String threads = entry.property(RunProperty.THREADS)
                .map(number -> "(" + number + (number.equals("1") ? " thread)" : " threads)"))
                .orElse("");
        return Stream.of(entry.property(RunProperty.DEVICE).orElse(""), count, threads)
                .filter(word -> !word.isEmpty())
                .collect(Collectors.joining(" "));
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
