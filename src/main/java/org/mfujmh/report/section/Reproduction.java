package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/** The commands that measure again what a page shows, from what its result files recorded. */
public final class Reproduction {
    private static final int MOST_COMMANDS = 200;

    /** JMH's units: {@code ops/us}, {@code ms/op}. */
    private static final Pattern UNIT = Pattern.compile("^(?:ops/)?(ns|us|ms|s|min|hr|day)(?:/op)?$");

    private Reproduction() {}

    /** Commands by what they reproduce; published figures have none. */
    public static Map<String, String> commands(List<Measured> all) {
        Map<String, List<Measured>> files =
                all.stream().collect(Collectors.groupingBy(Measured::file, LinkedHashMap::new, Collectors.toList()));
        Map<String, String> commands = new LinkedHashMap<>();
        files.forEach((file, entries) -> {
            List<Measured> own =
                    entries.stream().filter(one -> one.publishedBy().isEmpty()).toList();
            if (own.size() > 1 && isGrid(own)) {
                commands.put(file + models(own), command(own));
            } else {
                own.forEach(
                        one -> commands.put(one.name() + " in " + file + models(List.of(one)), command(List.of(one))));
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
        long shapes = entries.stream()
                .map(one -> environment(one.entry()) + options(one.entry()))
                .distinct()
                .count();
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
                .add(name.equals(PassParams.MODEL) && isOwn(one.entry()) ? configuration(value) : value)));
        return values;
    }

    /** Whether its model came from a config.json, which the file carries. */
    private static boolean isOwn(Entry entry) {
        return entry.property(RunProperty.MODEL).isPresent();
    }

    /** The file in which a command expects the configuration of a model that no name stands for. */
    private static String configuration(String model) {
        return model + ".json";
    }

    /** What has to be there before the command runs: nothing, or configurations out of the result file. */
    private static String models(List<Measured> entries) {
        List<String> files = entries.stream()
                .map(Measured::entry)
                .filter(Reproduction::isOwn)
                .map(entry -> configuration(entry.passParams().model()))
                .distinct()
                .toList();
        return files.isEmpty()
                ? ""
                : ", with " + String.join(" and ", files) + " next to it: the value of " + RunProperty.MODEL.key()
                        + " in its result";
    }

    private static String command(List<Measured> entries) {
        Entry first = entries.get(0).entry();
        boolean ours = entries.stream().allMatch(one -> one.entry().benchmark().startsWith(PassId.BENCHMARK_PACKAGE));
        List<String> words = new ArrayList<>();
        words.add(environment(first) + (ours ? "./mfu bench" : "java -jar benchmarks.jar"));
        entries.stream()
                .map(one -> one.entry().benchmark())
                .distinct()
                .map(benchmark -> ours
                        ? benchmark.replaceFirst("\\.[^.]*$", "").replaceFirst(".*\\.", "")
                        : "^" + benchmark.replace(".", "\\.") + "$")
                .map(Reproduction::quoted)
                .forEach(words::add);
        values(entries).forEach((name, values) -> words.add("-p " + quoted(name + "=" + String.join(",", values))));
        words.add(options(first));
        return String.join(" ", words);
    }

    /** The variables that change how libtorch computes, before the command; those whose values have no blank. */
    private static String environment(Entry entry) {
        return entry.property(RunProperty.ENVIRONMENT)
                .filter(variables -> variables.matches("([A-Z_0-9]+=[^ ]*( |$))+"))
                .map(variables -> Stream.of(variables.split(" "))
                        .map(variable -> variable.substring(0, variable.indexOf('=') + 1)
                                + quoted(variable.substring(variable.indexOf('=') + 1)) + " ")
                        .collect(Collectors.joining()))
                .orElse("");
    }

    private static String options(Entry entry) {
        List<String> words = new ArrayList<>();
        words.add("-f " + entry.forks() + " -wi " + entry.warmupIterations() + time(" -w ", entry, "warmupTime")
                + " -i " + entry.measurementIterations() + time(" -r ", entry, "measurementTime"));
        count(entry, "measurementBatchSize").ifPresent(calls -> words.add("-bs " + calls));
        count(entry, "warmupBatchSize").ifPresent(calls -> words.add("-wbs " + calls));
        if (entry.threads() > 1) {
            words.add("-t " + entry.threads());
        }
        if (!entry.mode().equals("thrpt")) {
            words.add("-bm " + quoted(entry.mode()));
        }
        Matcher unit = UNIT.matcher(entry.primary().unit());
        if (unit.find() && !unit.group(1).equals("s")) {
            words.add("-tu " + unit.group(1));
        }
        entry.property(RunProperty.TORCH_PATH)
                .filter(path -> !path.isEmpty())
                .ifPresent(path -> words.add("--torch " + quoted(path)));
        entry.property(RunProperty.PEAK_SOURCE)
                .filter(source -> source.contains("--peak-tflops"))
                .flatMap(source -> entry.property(RunProperty.PEAK_TFLOPS))
                .ifPresent(tflops -> words.add("--peak-tflops " + quoted(tflops)));
        return String.join(" ", words);
    }

    /** JMH's number of calls in an operation, if it is not one. */
    private static Optional<String> count(Entry entry, String field) {
        return entry.field(field).filter(calls -> calls.matches("[0-9]{1,9}") && !calls.equals("1"));
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
