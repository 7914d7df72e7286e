package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.model.Backend;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.RunProperty;

/** The provenance of the figures: versions, conditions, source of the peak, and the commands that reproduce them. */
public final class ProvenanceSection {
    private static final String ID = "provenance";
    private static final int MOST_COMMANDS = 200;

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

    /** Commands by what they reproduce; published figures have none. */
    public static Map<String, String> commands(List<Measured> all) {
        Map<String, List<Measured>> files =
                all.stream().collect(Collectors.groupingBy(Measured::file, LinkedHashMap::new, Collectors.toList()));
        Map<String, String> commands = new LinkedHashMap<>();
        files.forEach((file, entries) -> {
            List<Measured> own =
                    entries.stream().filter(one -> one.publishedBy().isEmpty()).toList();
            if (own.size() > 1 && isGrid(own)) {
                commands.put(file, command(own));
            } else {
                own.forEach(one -> commands.put(one.name() + " in " + file, command(List.of(one))));
            }
        });
        Map<String, String> first = new LinkedHashMap<>();
        commands.entrySet().stream().limit(MOST_COMMANDS).forEach(one -> first.put(one.getKey(), one.getValue()));
        return first;
    }

    /** Whether every benchmark has all combinations of the parameter values, run with the same options. */
    private static boolean isGrid(List<Measured> entries) {
        Map<String, List<Measured>> benchmarks = entries.stream()
                .collect(Collectors.groupingBy(one -> one.entry().benchmark()));
        long shapes =
                entries.stream().map(one -> jmhOptions(one.entry())).distinct().count();
        Map<String, Set<String>> all = values(entries);
        return shapes == 1
                && benchmarks.values().stream().allMatch(group -> {
                    Map<String, Set<String>> values = values(group);
                    long combinations =
                            values.values().stream().mapToLong(Set::size).reduce(1, (a, b) -> a * b);
                    return combinations == group.size()
                            && values.entrySet().stream()
                                    .allMatch(one -> one.getValue().equals(all.get(one.getKey())));
                });
    }

    private static Map<String, Set<String>> values(List<Measured> entries) {
        Map<String, Set<String>> values = new TreeMap<>();
        entries.forEach(one -> one.entry().params().forEach((name, value) -> values.computeIfAbsent(
                        name, key -> new LinkedHashSet<>())
                .add(value)));
        return values;
    }

    private static String command(List<Measured> entries) {
        Entry first = entries.get(0).entry();
        boolean ours = entries.stream().allMatch(one -> one.entry().benchmark().startsWith(PassId.BENCHMARK_PACKAGE));
        List<String> words = new ArrayList<>(List.of(ours ? "./mfu bench" : "java -jar benchmarks.jar"));
        entries.stream()
                .map(one -> one.entry().benchmark())
                .distinct()
                .map(benchmark -> ours
                        ? benchmark.replaceFirst("\\.[^.]*$", "").replaceFirst(".*\\.", "")
                        : "^" + benchmark.replace(".", "\\.") + "$")
                .map(ProvenanceSection::quoted)
                .forEach(words::add);
        values(entries).forEach((name, values) -> words.add("-p " + quoted(name + "=" + String.join(",", values))));
        words.add(jmhOptions(first));
        return String.join(" ", words);
    }

    private static String jmhOptions(Entry entry) {
        String options = "-f " + entry.forks() + " -wi " + entry.warmupIterations() + time(" -w ", entry, "warmupTime")
                + " -i " + entry.measurementIterations() + time(" -r ", entry, "measurementTime");
        return entry.mode().equals("thrpt") ? options : options + " -bm " + quoted(entry.mode());
    }

    /** Converts JMH's {@code 1 s} to the option's {@code 1s}; single-shot iterations have no time. */
    private static String time(String option, Entry entry, String field) {
        return entry.field(field)
                .map(time -> time.replace(" ", ""))
                .filter(time -> time.matches("[0-9]{1,9}(ns|us|ms|s|min|m|hr|h)"))
                .map(time -> option + time)
                .orElse("");
    }

    /** Quotes a word for a POSIX shell. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_.,:=+/@%-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
