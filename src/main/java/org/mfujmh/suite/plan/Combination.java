package org.mfujmh.suite.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mfujmh.model.Pass;
import org.mfujmh.results.Entry;

/**
 * One benchmark with one value for each of its parameters: what one JMH Runner runs.
 *
 * @param benchmark class and method
 * @param params by name, in the order in which the suite tells them
 */
public record Combination(String benchmark, Map<String, String> params) {

    /** A batch size that stands for the largest batch that fits. */
    static final String MAX_BATCH = "max";

    /** Every combination of the values, the first parameter varying slowest. */
    static List<Combination> all(String benchmark, Map<String, Collection<String>> values) {
        List<Map<String, String>> expanded = List.of(Map.of());
        for (Map.Entry<String, Collection<String>> parameter : values.entrySet()) {
            List<Map<String, String>> next = new ArrayList<>();
            for (Map<String, String> chosen : expanded) {
                for (String value : parameter.getValue()) {
                    Map<String, String> more = new LinkedHashMap<>(chosen);
                    more.put(parameter.getKey(), value);
                    next.add(more);
                }
            }
            expanded = next;
        }
        return expanded.stream()
                .map(params -> new Combination(benchmark, params))
                .toList();
    }

    public String param(String name, String otherwise) {
        return params.getOrDefault(name, otherwise);
    }

    /** Whether this is a pass of a GPT, and not a single product, an empty call or a stranger's benchmark. */
    public boolean isPass() {
        return params.keySet().containsAll(List.of("model", "batchSize", "seqLen", "program"));
    }

    /** Of a pass, which: what has a loss has a backward pass. */
    public Pass pass() {
        return params.containsKey("loss") ? Pass.FORWARD_BACKWARD : Pass.FORWARD;
    }

    /** Whether its batch size is {@code max}, so that a number has to be found for it. */
    public boolean asksForLargestBatch() {
        return param("batchSize", "").equals(MAX_BATCH);
    }

    /** Whether {@code max} means something for a benchmark, class and method: what is probed is a pass. */
    static boolean hasLargestBatch(String benchmark) {
        return benchmark.matches(".*\\.(forward|forwardBackward)");
    }

    /** Why its {@code max} cannot be honoured, in a sentence: what is probed is a pass. */
    Optional<String> refusalOfLargestBatch() {
        return !asksForLargestBatch() || hasLargestBatch(benchmark)
                ? Optional.empty()
                : Optional.of(
                        "batchSize=max is known for ForwardBenchmark and ForwardBackwardBenchmark, whose memory is"
                                + " probed, not for " + benchmark + ". Give it a number.");
    }

    /** Whether that is a result of this combination. */
    public boolean isOf(Entry entry) {
        return entry.benchmark().equals(benchmark) && entry.params().equals(params);
    }

    /** The same with another value. */
    public Combination with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(params);
        changed.put(name, value);
        return new Combination(benchmark, changed);
    }

    /** In words: the benchmark's method and its parameters. */
    @Override
    public String toString() {
        String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
        return params.entrySet().stream()
                .map(param -> param.getKey() + "=" + param.getValue())
                .collect(Collectors.joining(" ", method + " ", ""))
                .strip();
    }
}
