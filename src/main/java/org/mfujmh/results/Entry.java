package org.mfujmh.results;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/**
 * One measurement in a result file: what ran, under which parameters, and its metrics. It keeps the JSON it was read
 * from, byte for byte, so that numbers are written exactly as they were read.
 */
public final class Entry {
    private final String origin;
    private final JsonSlice json;
    private final Map<String, String> fields;
    private final SortedMap<String, String> params;
    private final List<String> jvmArgs;
    private final Metric primary;
    private final Map<String, Metric> secondary;

    Entry(String origin, JsonSlice json, EntryParser parsed) {
        this.origin = origin;
        this.json = json;
        this.fields = Collections.unmodifiableMap(parsed.fields);
        this.params = Collections.unmodifiableSortedMap(
                new TreeMap<>(PassParams.identifying(parsed.fields.get("benchmark"), parsed.params)));
        this.jvmArgs = List.copyOf(parsed.jvmArgs);
        this.primary = parsed.primary;
        this.secondary = Collections.unmodifiableMap(parsed.secondary);
    }

    /** Parses JMH's JSON format. @throws org.mfujmh.BadInput if it is not a JSON array of results */
    public static List<Entry> parseAll(String json) {
        return EntryParser.parseAll("JMH's result", json.getBytes(StandardCharsets.UTF_8));
    }

    /** The class and method that ran, such as {@code org.mfujmh.bench.ForwardBenchmark.forward}. */
    public String benchmark() {
        return fields.get("benchmark");
    }

    /** JMH's short name: {@code thrpt}, {@code avgt}, {@code sample} or {@code ss}. */
    public String mode() {
        return fields.get("mode");
    }

    /** Threads that ran the benchmark method; JMH's default of 1 if the file does not record it. */
    public int threads() {
        return number("threads", 1);
    }

    /**
     * The number of forks requested; 0 if the benchmark ran in JMH's own process. Those that returned are in
     * {@link Metric#rawData}.
     */
    public int forks() {
        return number("forks", primary.rawData().length);
    }

    public int warmupIterations() {
        return number("warmupIterations", 0);
    }

    public int measurementIterations() {
        double[][] rows = primary.rawData();
        return number("measurementIterations", rows.length == 0 ? 0 : rows[0].length);
    }

    private int number(String field, int otherwise) {
        return fields.containsKey(field) ? Integer.parseInt(fields.get(field)) : otherwise;
    }

    /** Any other plain field of the entry as text: {@code jdkVersion}, {@code jmhVersion}, {@code measurementTime}, ... */
    public Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /** The parameters by name that tell this result from others: see {@link PassParams#identifying}. */
    public SortedMap<String, String> params() {
        return params;
    }

    public List<String> jvmArgs() {
        return jvmArgs;
    }

    /** A system property of the forks: the value of the last {@code -Dname=value}, as in the JVM. */
    public Optional<String> property(String name) {
        String prefix = "-D" + name + "=";
        return jvmArgs.stream()
                .filter(arg -> arg.startsWith(prefix))
                .map(arg -> arg.substring(prefix.length()))
                .reduce((first, last) -> last);
    }

    /** @see #property(String) */
    public Optional<String> property(RunProperty property) {
        return property(property.key());
    }

    /** The pass that this entry measures; empty if it is not a pass of this suite. */
    public Optional<PassId> pass() {
        return PassId.of(benchmark(), params);
    }

    /** The parameters of a pass, typed; missing ones have their defaults. */
    public PassParams passParams() {
        return PassParams.of(params);
    }

    public Metric primary() {
        return primary;
    }

    public Optional<Metric> secondary(String label) {
        return Optional.ofNullable(secondary.get(label)).or(() -> Optional.ofNullable(secondary.get(label(label))));
    }

    /**
     * A metric's label as written by JMH 1.37 and later; earlier, profiler labels began with a middle dot.
     *
     * @param written the label in a file, or on a command line in any encoding
     */
    public static String label(String written) {
        String plain = written.replaceFirst("^[\\u00c2\\u00b7\\ufffd\\u2022\\u2219\\u22c5?]+", "");
        return plain.isEmpty() ? written : plain;
    }

    /** @see #secondary(String) */
    public Optional<Metric> secondary(MetricId metric) {
        return secondary(metric.label());
    }

    /** Secondary metrics by label, in the order of the file. */
    public Map<String, Metric> secondary() {
        return secondary;
    }

    /** The entry's own JSON, unchanged. */
    public String json() {
        return json.text();
    }

    JsonSlice slice() {
        return json;
    }

    /** Where this entry is, for messages: file, position and benchmark. */
    public String where() {
        return origin + " (" + PlainText.of(benchmark()) + ")";
    }

    @Override
    public String toString() {
        return where();
    }
}
