package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;
import org.mfujmh.results.PlainText;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/**
 * The same measurement in several files. How the device and the way to multiply were chosen does not separate two files,
 * as it does not for a gate: {@code results.Difference} notes it. Shares of different peaks are different measurements.
 *
 * @param identity what the entries share
 * @param entries by file, in the order of the files
 * @param choices how they differ in these choices, such as {@code gemm: native in a.json; upcast in b.json}; may be empty
 */
record Series(Identity identity, Map<String, Entry> entries, List<String> choices) {
    private static final int NAMED_FILES = 2;

    private record Key(Identity identity, String peak, String apart) {}

    /**
     * @param files entries by file; each measurement appears at most once per file
     * @param apart what else separates two entries, by file and entry
     * @return of the entries that have the metric, in their order
     */
    static List<Series> of(Map<String, List<Entry>> files, MetricLabel label, BiFunction<String, Entry, String> apart) {
        Map<Key, Map<String, List<Entry>>> groups = new LinkedHashMap<>();
        files.forEach((file, entries) -> entries.stream()
                .filter(entry -> label.of(entry).isPresent())
                .forEach(entry -> groups.computeIfAbsent(
                                new Key(withoutChoices(entry), peak(label, entry), apart.apply(file, entry)),
                                key -> new LinkedHashMap<>())
                        .computeIfAbsent(file, one -> new ArrayList<>())
                        .add(entry)));
        boolean severalPeaks =
                groups.keySet().stream().map(Key::peak).distinct().count() > 1;
        List<Series> series = new ArrayList<>();
        groups.forEach((key, group) -> byChoice(group).forEach(entries -> {
            Identity shared = shared(entries);
            series.add(new Series(severalPeaks ? withPeak(shared, key.peak) : shared, entries, choices(entries)));
        }));
        return series;
    }

    private static String peak(MetricLabel label, Entry entry) {
        return label.isShareOfPeak() ? Candidate.peak(entry) : "";
    }

    /** Where a file has several, since it compares these choices, each of them is a series. */
    private static List<Map<String, Entry>> byChoice(Map<String, List<Entry>> group) {
        boolean several = group.values().stream().anyMatch(entries -> entries.size() > 1);
        Map<Map<String, String>, Map<String, Entry>> series = new LinkedHashMap<>();
        group.forEach((file, entries) -> entries.forEach(
                entry -> series.computeIfAbsent(several ? entry.params() : Map.of(), params -> new LinkedHashMap<>())
                        .put(file, entry)));
        return List.copyOf(series.values());
    }

    private static Identity withoutChoices(Entry entry) {
        NavigableMap<String, String> params = new TreeMap<>(entry.params());
        choosing(entry).forEach(params::remove);
        return with(Identity.of(entry), params);
    }

    /** The parameters that do not forbid a comparison; cuda:0 says something only where the device is not recorded. */
    private static List<String> choosing(Entry entry) {
        return entry.property(RunProperty.DEVICE).isPresent()
                ? List.of(PassParams.GEMM, PassParams.DEVICE)
                : List.of(PassParams.GEMM);
    }

    private static Identity shared(Map<String, Entry> entries) {
        Identity first = Identity.of(entries.values().iterator().next());
        NavigableMap<String, String> params = new TreeMap<>(first.params());
        params.entrySet().removeIf(param -> entries.values().stream()
                .anyMatch(entry -> !param.getValue().equals(entry.params().get(param.getKey()))));
        return with(first, params);
    }

    private static Identity withPeak(Identity identity, String peak) {
        NavigableMap<String, String> params = new TreeMap<>(identity.params());
        params.put(RunProperty.PEAK_TFLOPS.key(), peak);
        return with(identity, params);
    }

    private static Identity with(Identity one, NavigableMap<String, String> params) {
        return new Identity(one.benchmark(), params, one.mode(), one.threads(), one.device());
    }

    private static List<String> choices(Map<String, Entry> entries) {
        TreeSet<String> names = new TreeSet<>();
        entries.values().forEach(entry -> names.addAll(choosing(entry)));
        List<String> sentences = new ArrayList<>();
        for (String name : names) {
            Map<String, List<String>> files = new LinkedHashMap<>();
            entries.forEach((file, entry) -> files.computeIfAbsent(
                            entry.params().getOrDefault(name, "not recorded"), value -> new ArrayList<>())
                    .add(file));
            if (files.size() > 1) {
                sentences.add(name + ": "
                        + files.entrySet().stream()
                                .map(one -> PlainText.of(one.getKey()) + " in " + inWords(one.getValue()))
                                .collect(Collectors.joining("; ")));
            }
        }
        return sentences;
    }

    private static String inWords(List<String> files) {
        return files.size() <= NAMED_FILES ? String.join(", ", files) : files.size() + " files";
    }
}
