package org.mfujmh.suite.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;

/**
 * One benchmark with one value for each of its parameters: what one JMH Runner runs.
 *
 * @param benchmark class and method
 * @param params by name, in the order in which the suite tells them
 */
public record Combination(String benchmark, Map<String, String> params) {

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

    /** The parameters of a pass, typed; what a benchmark does not have has its default. */
    public PassParams passParams() {
        return PassParams.of(params);
    }

    /** Which pass this is; empty for a single product, an empty call or a stranger's benchmark. */
    public Optional<PassId> passId() {
        return PassId.of(benchmark, params);
    }

    public boolean isPass() {
        return passId().isPresent();
    }

    /** What it computes, of a combination that is a pass. */
    public Pass pass() {
        return Pass.of(passId().orElseThrow());
    }

    /** The model as its pass runs it. @throws BadInput where a value is impossible */
    public ModelSpec spec() {
        PassParams values = passParams();
        return new ModelSpec(
                Models.named(values.model()),
                Program.of(values.program()),
                Precision.of(values.dtype()),
                Gemm.of(values.gemm()),
                Loss.of(values.loss()));
    }

    /** Whether its batch size is {@code max}, so that a number has to be found for it. */
    public boolean asksForLargestBatch() {
        return PassParams.MAX_BATCH.equals(params.get(PassParams.BATCH_SIZE));
    }

    /** Whether {@code max} means something for a benchmark, class and method: what is probed is a pass. */
    static boolean hasLargestBatch(String benchmark) {
        return PassId.of(benchmark).filter(PassId::hasMaxBatch).isPresent();
    }

    /** Why its {@code max} cannot be honoured, in a sentence: what is probed is a pass. */
    Optional<String> refusalOfLargestBatch() {
        return !asksForLargestBatch() || hasLargestBatch(benchmark)
                ? Optional.empty()
                : Optional.of("batchSize=max is known for "
                        + Stream.of(PassId.values())
                                .filter(PassId::hasMaxBatch)
                                .map(PassId::benchmarkClass)
                                .collect(Collectors.joining(" and "))
                        + ", whose memory is probed, not for " + benchmark + ". Give it a number.");
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
