package org.mfujmh.report.section;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.model.Backend;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.RunProperty;

/** The provenance of the figures: versions, conditions, source of the peak; the commands are in {@link Reproduction}. */
public final class ProvenanceSection {
    private static final String ID = "provenance";

    private ProvenanceSection() {}

    /** One row for each value of a property in a file. */
    public static Section of(List<Measured> all) {
        DataTable.Builder table =
                new DataTable.Builder().text("file").text("what").text("value").number("entries", "");
        Map<String, List<Measured>> files =
                all.stream().collect(Collectors.groupingBy(Measured::file, LinkedHashMap::new, Collectors.toList()));
        files.forEach((file, entries) -> {
            Map<String, Map<String, Long>> conditions = new LinkedHashMap<>();
            entries.forEach(one -> conditions(one.entry()).forEach((what, value) -> conditions
                    .computeIfAbsent(what, key -> new LinkedHashMap<>())
                    .merge(value, 1L, Long::sum)));
            conditions.forEach((what, values) -> values.forEach((value, count) -> table.row()
                    .add(file)
                    .add(what)
                    .add(value)
                    .add((double) count)
                    .end()));
        });
        return new Section(
                ID,
                "Provenance",
                "Versions, conditions and parameters as recorded in each result file.",
                List.of(),
                Optional.of(table.build()),
                List.of());
    }

    private static Map<String, String> conditions(Entry entry) {
        Map<String, String> conditions = new LinkedHashMap<>();
        for (RunProperty property : RunProperty.values()) {
            entry.property(property)
                    .filter(value -> !value.isBlank())
                    .ifPresent(value -> conditions.put(property.title(), inWords(property, value)));
        }
        entry.jvmArgs().stream()
                .filter(argument -> argument.startsWith("-D" + RunProperty.PREFIX) && argument.contains("="))
                .map(argument -> argument.substring(2, argument.indexOf('=')))
                .filter(key -> RunProperty.of(key).isEmpty())
                .forEach(key -> entry.property(key)
                        .filter(value -> !value.isBlank())
                        .ifPresent(value -> conditions.put(key, value)));
        for (String field : List.of("jdkVersion", "vmName", "vmVersion", "jmhVersion", "jvm")) {
            entry.field(field).ifPresent(value -> conditions.put(field, value));
        }
        conditions.put("mode", entry.mode());
        conditions.put("forks", Integer.toString(entry.forks()));
        conditions.put(
                "warm-up",
                entry.warmupIterations()
                        + entry.field("warmupTime").map(time -> " x " + time).orElse(""));
        conditions.put(
                "measured",
                entry.measurementIterations()
                        + entry.field("measurementTime")
                                .map(time -> " x " + time)
                                .orElse(""));
        entry.params().forEach((name, value) -> conditions.put("parameter " + name, value));
        return conditions;
    }

    /** As the terminal says it, and as recorded. */
    private static String inWords(RunProperty property, String value) {
        return property != RunProperty.BACKEND
                ? value
                : Stream.of(Backend.values())
                        .filter(backend -> backend.label().equals(value))
                        .map(backend -> backend.inWords() + " (" + value + ")")
                        .findFirst()
                        .orElse(value);
    }
}
