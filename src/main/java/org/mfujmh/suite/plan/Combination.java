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
import org.mfujmh.model.TrainingStep;
import org.mfujmh.model.hub.Models;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;

/**
 * One benchmark with one value for each of its parameters, as run by one JMH Runner.
 *
 * @param benchmark class and method
 * @param params by name, in display order, as far as they tell results apart: see {@link PassParams#identifying}
 */
public record Combination(String benchmark, Map<String, String> params) {
    public Combination {
        params = PassParams.identifying(benchmark, params);
    }

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

    /** The parameters of a pass, typed; missing ones have their defaults. */
    public PassParams passParams() {
        return PassParams.of(params);
    }

    /** The pass that this measures; empty for a single GEMM, an empty call or a foreign benchmark. */
    public Optional<PassId> passId() {
        return PassId.of(benchmark, params);
    }

    public boolean isPass() {
        return passId().isPresent();
    }

    /** What this computes; only for a combination that is a pass. */
    public Pass pass() {
        return Pass.of(passId().orElseThrow());
    }

    /** The model as the pass runs it. @throws BadInput if a value is invalid */
    public ModelSpec spec() {
        PassParams values = passParams();
        return new ModelSpec(
                Models.named(values.model()),
                Program.of(values.program()),
                Precision.of(values.dtype()),
                Gemm.of(values.gemm()),
                Loss.of(values.loss()));
    }

    /** The configuration of a model that is not shipped by name, as JSON; empty for one that is, or without a model. */
    public Optional<String> modelJson() {
        return Optional.ofNullable(params.get(PassParams.MODEL)).flatMap(Models::jsonOf);
    }

    /** How a training step is done; empty for another pass. @throws BadInput if a value is invalid */
    public Optional<TrainingStep> trainingStep() {
        return passId().filter(PassId.TRAIN_STEP::equals)
                .map(step -> TrainingStep.of(
                        passParams().training(), Precision.of(passParams().dtype())));
    }

    /** Whether the batch size is {@code max} and has to be resolved. */
    public boolean asksForLargestBatch() {
        return PassParams.MAX_BATCH.equals(params.get(PassParams.BATCH_SIZE));
    }

    /** Whether {@code max} can be resolved for a benchmark (class and method): only passes can be probed. */
    static boolean hasLargestBatch(String benchmark) {
        return PassId.of(benchmark).filter(PassId::hasMaxBatch).isPresent();
    }

    /** Why {@code max} cannot be resolved here, as a sentence: only passes can be probed. */
    Optional<String> refusalOfLargestBatch() {
        return !asksForLargestBatch() || hasLargestBatch(benchmark)
                ? Optional.empty()
                : Optional.of("batchSize=max is available for "
                        + Stream.of(PassId.values())
                                .filter(PassId::hasMaxBatch)
                                .map(PassId::benchmarkClass)
                                .distinct()
                                .collect(Collectors.joining(" and "))
                        + ", whose memory can be probed, but not for " + benchmark + ". Give a number instead.");
    }

    /** Whether an entry is a result of this combination. */
    public boolean isOf(Entry entry) {
        return entry.benchmark().equals(benchmark) && entry.params().equals(params);
    }

    /** A copy with a different value. */
    public Combination with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(params);
        changed.put(name, value);
        return new Combination(benchmark, changed);
    }

    /** The benchmark's method and its parameters, for people. */
    @Override
    public String toString() {
        String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
        return params.entrySet().stream()
                .map(param -> param.getKey() + "=" + param.getValue())
                .collect(Collectors.joining(" ", method + " ", ""))
                .strip();
    }
}
