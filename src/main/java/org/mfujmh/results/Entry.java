package org.mfujmh.results;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/**
 * One measurement in a result file: what ran, under which parameters, and its metrics. It remembers the JSON
 * it was read from, byte for byte, so that numbers are written again as they were read.
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
        this.params = Collections.unmodifiableSortedMap(parsed.params);
        this.jvmArgs = List.copyOf(parsed.jvmArgs);
        this.primary = parsed.primary;
        this.secondary = Collections.unmodifiableMap(parsed.secondary);
    }

    /** Reads what JMH's own JSON format wrote. @throws org.mfujmh.BadInput where it is not a JSON array of results */
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

    /** Threads that ran the benchmark method; JMH's default of 1 where the file doesn't say. */
    public int threads() {
        return number("threads", 1);
    }

    /** Forks asked for; 0 where the benchmark ran in JMH's own process. What came back is {@link Metric#rawData}. */
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

    /** The benchmark's parameters by name. */
    public SortedMap<String, String> params() {
        return params;
    }

    public List<String> jvmArgs() {
        return jvmArgs;
    }

    /** A system property that the forks were started with: the value of the last {@code -Dname=value}, as the JVM takes it. */
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

    /** The pass that this is a result of; empty for what is no pass of this suite. */
    public Optional<PassId> pass() {
        return PassId.of(benchmark(), params);
    }

    /** The parameters of a pass, typed; what the file does not say has its default. */
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
     * A label of a metric as JMH has written it since 1.37: before, those of its profilers began with a middle dot.
     *
     * @param written in a file, or on a command line of any encoding
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

    /** The entry's own JSON, untouched. */
    public String json() {
        return json.text();
    }

    JsonSlice slice() {
        return json;
    }

    /** Where this entry stands, for a sentence: file, place and benchmark. */
    public String where() {
        return origin + " (" + PlainText.of(benchmark()) + ")";
    }

    @Override
    public String toString() {
        return where();
    }
}
