package org.mfujmh.suite.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mfujmh.BadInput;
import org.mfujmh.engine.DecodeSession;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.OperatorTrace;
import org.mfujmh.model.ExecutedOp;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.RowProduct;
import org.mfujmh.model.hub.Models;
import org.mfujmh.results.Entry;
import org.mfujmh.suite.plan.Combination;

/** How a row is multiplied is decided once for all forks of a decoding run, and stays decided. */
class RowProductAutotunerTest {
    private static final Combination DECODE = new Combination(
            "org.mfujmh.bench.DecodeBenchmark.decode",
            Map.of(
                    "model",
                    "gpt-tiny",
                    "batchSize",
                    "1",
                    "seqLen",
                    "40",
                    "dtype",
                    "bf16",
                    "gemm",
                    "native",
                    "device",
                    "cpu"));

    @AfterEach
    void forget() {
        System.clearProperty("mfu.rowProduct");
    }

    private static Function<List<TuningKey>, Map<TuningKey, TuningAnswer>> measuring(
            RowProduct way, List<TuningKey> asked) {
        return keys -> {
            asked.addAll(keys);
            return keys.stream()
                    .collect(Collectors.toMap(
                            key -> key, key -> new TuningAnswer(way.label(), Map.of("matrix", 0.1, "vector", 0.2))));
        };
    }

    private static Entry measuredWith(Combination one, RowProduct way) {
        String params = one.params().entrySet().stream()
                .map(param -> "\"" + param.getKey() + "\": \"" + param.getValue() + "\"")
                .collect(Collectors.joining(", "));
        return Entry.parseAll("""
                        [{"benchmark": "%s", "mode": "thrpt", "forks": 1, "measurementIterations": 1, "params": {%s},
                          "jvmArgs": ["-Dmfu.rowProduct=%s"],
                          "primaryMetric": {"score": 1.0, "scoreUnit": "ops/s", "rawData": [[1.0]]},
                          "secondaryMetrics": {}}]
                        """.formatted(one.benchmark(), params, way.label()))
                .get(0);
    }

    @ParameterizedTest
    @EnumSource
    void theFileComesBeforeTheBaselineAndTheBaselineBeforeAMeasurement(RowProduct first) {
        RowProduct other = first == RowProduct.MATRIX ? RowProduct.VECTOR : RowProduct.MATRIX;
        List<TuningKey> asked = new ArrayList<>();
        List<Entry> one = List.of(measuredWith(DECODE, first));
        List<Entry> another = List.of(measuredWith(DECODE, other));
        assertThat(PropertyAutotuner.resolve(List.of(DECODE), one, another, measuring(other, asked))
                        .properties(DECODE))
                .isEqualTo(Map.of("mfu.rowProduct", first.label()));
        assertThat(PropertyAutotuner.resolve(List.of(DECODE), List.of(), one, measuring(other, asked))
                        .properties(DECODE))
                .containsEntry("mfu.rowProduct", first.label());
        assertThat(asked).isEmpty();
        PropertyAutotuner fresh =
                PropertyAutotuner.resolve(List.of(DECODE), List.of(), List.of(), measuring(first, asked));
        assertThat(asked).containsExactly(RowProductTuningKey.of(DECODE));
        assertThat(fresh.properties(DECODE)).containsEntry("mfu.rowProduct", first.label());
        assertThat(fresh.report())
                .singleElement()
                .asString()
                .startsWith("How each matrix is multiplied with few rows, decode of gpt-tiny bf16 native, 1 sequence: "
                        + first.inWords())
                .contains("matrix 100.0 ms");
    }

    @Test
    void itIsAQuestionOfDecodingOnACpuAndOfTheNumberOfSequences() {
        assertThat(RowProductTuningKey.isAskedBy(DECODE)).isTrue();
        assertThat(RowProductTuningKey.isAskedBy(DECODE.with("dtype", "fp32"))).isTrue();
        assertThat(RowProductTuningKey.of(DECODE.with("batchSize", "2"))).isNotEqualTo(RowProductTuningKey.of(DECODE));
        assertThat(RowProductTuningKey.isAskedBy(DECODE.with("device", "cuda:0")))
                .isFalse();
        assertThat(RowProductTuningKey.isAskedBy(
                        new Combination("org.mfujmh.bench.ForwardBenchmark.forward", DECODE.params())))
                .isFalse();
        TuningKey key = RowProductTuningKey.of(DECODE);
        assertThat(TuningKey.parse(key.text())).isEqualTo(key);
    }

    @Test
    void whereItCannotBeMeasuredForksChooseAndItIsSaid() {
        PropertyAutotuner none = PropertyAutotuner.resolve(List.of(DECODE), List.of(), List.of(), keys -> {
            throw new BadInput("no memory");
        });
        assertThat(none.properties(DECODE)).isEmpty();
        assertThat(none.report()).singleElement().asString().contains("each fork chooses for itself", "no memory");
    }

    @ParameterizedTest
    @EnumSource
    void aWayThatThisProcessNamesIsToldAndNotMeasured(RowProduct way) {
        System.setProperty("mfu.rowProduct", way.label());
        List<TuningKey> asked = new ArrayList<>();
        PropertyAutotuner named =
                PropertyAutotuner.resolve(List.of(DECODE), List.of(), List.of(), measuring(RowProduct.MATRIX, asked));
        assertThat(named.properties(DECODE)).isEqualTo(Map.of("mfu.rowProduct", way.label()));
        assertThat(asked).isEmpty();
        assertThat(named.report()).isEmpty();
    }

    /** An older build does not know this question, and knows that of the backend. */
    @Test
    void aQuestionThatIsNotUnderstoodLeavesTheOtherAnswered() {
        Combination forward =
                new Combination("org.mfujmh.bench.ForwardBenchmark.forward", DECODE.params()).with("program", "fused");
        PropertyAutotuner both = PropertyAutotuner.resolve(List.of(DECODE, forward), List.of(), List.of(), keys -> {
            if (keys.contains(RowProductTuningKey.of(DECODE))) {
                throw new BadInput("what is a row?");
            }
            return Map.of(BackendTuningKey.of(forward), new TuningAnswer("plain", Map.of()));
        });
        assertThat(both.properties(forward)).isEqualTo(Map.of("mfu.form", "plain"));
        assertThat(both.properties(DECODE)).isEmpty();
        assertThat(both.report())
                .anySatisfy(line -> assertThat(line).startsWith("Note: ").contains("product of rows", "what is a row?"))
                .anySatisfy(
                        line -> assertThat(line).startsWith("Backend of fused").endsWith("autograd (the only one)"));
    }

    @Test
    void aMeasurementTimesEveryWayThatThereIs() {
        assertThat(RowProductTuningKey.of(DECODE.with("batchSize", "2"))
                        .answer()
                        .seconds())
                .containsKeys("matrix", "transposed")
                .doesNotContainKeys("vector", "bags-and-vector");
        TuningAnswer answer = RowProductTuningKey.of(DECODE).answer();
        assertThat(answer.seconds()).containsKeys("matrix", "vector", "transposed", "bags-and-vector");
        assertThat(answer.seconds().values()).allMatch(seconds -> seconds > 0);
        assertThat(answer.seconds().get(answer.label()))
                .isEqualTo(answer.fewestSeconds().orElseThrow());
    }

    /** gpt-tiny has four matrices a layer and a head: nine products. */
    @ParameterizedTest
    @EnumSource
    void aForkMultipliesAsItIsTold(RowProduct way) {
        List<ExecutedOp> operations = step(way, Gemm.NATIVE, 1);
        int bags = way.inBags() ? 8 : 0;
        RowProduct others = way.unpacked();
        assertThat(calls(operations, "aten::_embedding_bag_forward_only")).isEqualTo(bags);
        assertThat(calls(operations, "aten::mv", "aten::addmv")).isEqualTo(others == RowProduct.VECTOR ? 9 - bags : 0);
        assertThat(calls(operations, "aten::linear")).isEqualTo(others == RowProduct.MATRIX ? 9 : 0);
        assertThat(calls(operations, "mkldnn::_linear_pointwise"))
                .isEqualTo(others == RowProduct.INNER_PRODUCT ? 9 - bags : 0);
        // A linear layer without a bias is one, too.
        assertThat(calls(operations, "aten::mm") == 9).isEqualTo(others == RowProduct.TRANSPOSED);
    }

    /** Whatever the process names: what is widened is multiplied in fp32, as a matrix. */
    @ParameterizedTest
    @EnumSource
    void whatIsWidenedIsMultipliedAsAMatrix(RowProduct way) {
        assertThat(calls(step(way, Gemm.UPCAST, 1), "aten::linear")).isEqualTo(9);
    }

    /** Bags are tried for up to 16 rows; with more, the rest of the way that is named remains. */
    @Test
    void bagsAreForFewRows() {
        assertThat(RowProduct.candidates(16, Gemm.NATIVE)).contains(RowProduct.BAGS_AND_INNER_PRODUCT);
        assertThat(RowProduct.candidates(17, Gemm.NATIVE)).noneMatch(RowProduct::inBags);
        List<ExecutedOp> operations = step(RowProduct.BAGS_AND_INNER_PRODUCT, Gemm.NATIVE, 17);
        assertThat(calls(operations, "aten::_embedding_bag_forward_only")).isZero();
        assertThat(calls(operations, "mkldnn::_linear_pointwise")).isEqualTo(9);
    }

    private static List<ExecutedOp> step(RowProduct way, Gemm gemm, int sequences) {
        System.setProperty("mfu.rowProduct", way.label());
        ModelSpec spec = new ModelSpec(Models.named("gpt-tiny"), Program.FUSED, Precision.BF16, gemm, Loss.SUM);
        try (LanguageModel model = LanguageModel.loadDecoder(spec, "cpu").drawParameters(1);
                DecodeSession session = DecodeSession.random(model, sequences, 40, 0)) {
            return OperatorTrace.during(session::step);
        }
    }

    private static long calls(List<ExecutedOp> operations, String... names) {
        return operations.stream()
                .filter(one -> List.of(names).contains(one.operator()))
                .count();
    }
}
