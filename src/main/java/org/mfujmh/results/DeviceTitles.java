package org.mfujmh.results;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mfujmh.schema.RunProperty;

/**
 * The devices of many results, by names that tell them apart: clouds give CPUs of several generations one name. Such a
 * name gets what differs, {@code AMD EPYC (with avx512_bf16)}.
 */
public final class DeviceTitles {
    private final Map<Entry, String> titles = new LinkedHashMap<>();

    /** Of all that are shown together; those without a device have no title. */
    public DeviceTitles(Collection<Entry> entries) {
        entries.stream()
                .filter(entry -> device(entry).isPresent())
                .collect(Collectors.groupingBy(entry -> device(entry).orElseThrow()))
                .forEach(this::name);
    }

    private static Optional<String> device(Entry entry) {
        return entry.property(RunProperty.DEVICE).filter(name -> !name.isBlank());
    }

    /** Empty for an entry that records no device. */
    public Optional<String> of(Entry entry) {
        return Optional.ofNullable(titles.get(entry));
    }

    private void name(String device, List<Entry> entries) {
        entries.forEach(entry -> titles.put(entry, device));
        List<Entry> cpus = entries.stream()
                .filter(entry -> Optional.of(device).equals(entry.property(RunProperty.CPU)))
                .toList();
        Map<Entry, List<String>> apart = new LinkedHashMap<>();
        cpus.forEach(entry -> apart.put(entry, new ArrayList<>()));
        tellApart(apart, DeviceTitles::model);
        tellApart(apart, DeviceTitles::features);
        tellApart(apart, DeviceTitles::caches);
        apart.forEach((entry, what) -> {
            if (!what.isEmpty()) {
                titles.put(entry, device + " (" + String.join(", ", what) + ")");
            }
        });
    }

    /** Adds words to those that have the same words so far. */
    private static void tellApart(
            Map<Entry, List<String>> apart, Function<Collection<Entry>, Map<Entry, String>> words) {
        Map<List<String>, List<Entry>> alike =
                apart.keySet().stream().collect(Collectors.groupingBy(entry -> List.copyOf(apart.get(entry))));
        alike.values().forEach(entries -> words.apply(entries)
                .forEach((entry, word) -> apart.get(entry).add(word)));
    }

    private static Map<Entry, String> model(Collection<Entry> entries) {
        return whereRecorded(entries, RunProperty.CPU_MODEL);
    }

    private static Map<Entry, String> caches(Collection<Entry> entries) {
        return whereRecorded(entries, RunProperty.CPU_CACHES);
    }

    /** Older files do not record it: they are told apart from those that do only where these differ. */
    private static Map<Entry, String> whereRecorded(Collection<Entry> entries, RunProperty property) {
        Map<Entry, String> values = new LinkedHashMap<>();
        for (Entry entry : entries) {
            values.put(
                    entry,
                    entry.property(property)
                            .filter(value -> !value.isBlank())
                            .orElse(property.title() + " not recorded"));
        }
        Set<String> recorded = entries.stream()
                .flatMap(entry -> entry.property(property).stream())
                .filter(value -> !value.isBlank())
                .collect(Collectors.toSet());
        return recorded.size() > 1 ? values : Map.of();
    }

    /** As few features as tell all apart, alphabetically. */
    private static Map<Entry, String> features(Collection<Entry> entries) {
        Set<String> all = new TreeSet<>();
        entries.forEach(entry -> all.addAll(features(entry)));
        List<String> telling = new ArrayList<>();
        for (String feature : all) {
            telling.add(feature);
            if (kinds(entries, telling) == kinds(entries, telling.subList(0, telling.size() - 1))) {
                telling.remove(feature);
            }
        }
        Map<Entry, String> words = new LinkedHashMap<>();
        if (!telling.isEmpty()) {
            entries.forEach(entry -> words.put(entry, words(entry, telling)));
        }
        return words;
    }

    private static Set<String> features(Entry entry) {
        return Arrays.stream(entry.property(RunProperty.CPU_FEATURES).orElse("").split(","))
                .filter(feature -> !feature.isBlank())
                .collect(Collectors.toSet());
    }

    private static long kinds(Collection<Entry> entries, List<String> telling) {
        return entries.stream().map(entry -> words(entry, telling)).distinct().count();
    }

    /** {@code with amx_bf16, without avx512f}. */
    private static String words(Entry entry, List<String> telling) {
        Set<String> has = features(entry);
        return telling.stream()
                .map(feature -> (has.contains(feature) ? "with " : "without ") + feature)
                .collect(Collectors.joining(", "));
    }
}
