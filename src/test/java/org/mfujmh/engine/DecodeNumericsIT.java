package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.RowProduct;
import org.mfujmh.model.hub.Models;

/** Decoding with a cache, token by token, gives the logits of one full pass in float64; and a mistake in it shows. */
class DecodeNumericsIT {
    private static final int SEQUENCES = 2;
    private static final int TOKENS = 20;

    static Stream<ModelSpec> everyFamilyInEveryPrecision() {
        return Stream.concat(Stream.of(Models.named("gpt-tiny")), TinyModels.all().stream())
                .flatMap(model -> Stream.of(Precision.values()).flatMap(precision -> Stream.of(Gemm.NATIVE, Gemm.UPCAST)
                        .filter(gemm -> gemm == Gemm.NATIVE || precision != Precision.FP32)
                        .map(gemm -> spec(model, precision, gemm))));
    }

    /**
     * A prompt of 13, filled by a full pass, reaches beyond the windows of the models that have any, and with one more
     * token beyond the original context of the longrope that has 13.
     */
    static Stream<Arguments> everyFamilyInEveryPrecisionAfterEachPrompt() {
        return everyFamilyInEveryPrecision().flatMap(spec -> Stream.of(1, 13)
                .filter(prompt -> prompt == 13 || !spec.config().name().equals("tiny-phi3-beyond"))
                .map(prompt -> Arguments.of(spec, prompt)));
    }

    /** Loading takes longest: both prompts, one test after the other, are decoded by the same loaded model. */
    private static LanguageModel last;

    @AfterAll
    static void closeLast() {
        if (last != null) {
            last.close();
        }
    }

    private static LanguageModel loaded(ModelSpec spec) {
        if (last == null || !last.spec().equals(spec)) {
            if (last != null) {
                last.close();
            }
            last = LanguageModel.load(spec, "cpu", TorchScriptArchive.decoding(spec, LinearKernels.PLAIN));
        }
        return last;
    }

    @ParameterizedTest
    @MethodSource("everyFamilyInEveryPrecisionAfterEachPrompt")
    void tokenByTokenGivesTheLogitsOfAFullPass(ModelSpec spec, int prompt) {
        double bound = Numerics.bound(spec.config(), spec.precision(), false);
        assertThat(distances(loaded(spec), prompt)).allMatch(error -> error <= bound);
    }

    static Stream<Architecture> everyFamily() {
        return TinyModels.all().stream();
    }

    /** Experts, norms and attention go other ways on a GPU; a libtorch for CPUs runs them, too. */
    @ParameterizedTest
    @MethodSource("everyFamily")
    void theWaysOfAGpuGiveTheSame(Architecture model) {
        for (Precision precision : new Precision[] {Precision.BF16, Precision.FP32}) {
            ModelSpec spec = spec(model, precision, Gemm.NATIVE);
            double bound = Numerics.bound(spec.config(), precision, false);
            try (LanguageModel loaded = AsOnGpu.load(spec)) {
                assertThat(distances(loaded, 13)).as(precision.label()).allMatch(error -> error <= bound);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFaultShows(FaultyDecode fault) {
        ModelSpec spec = spec(TinyModels.named(fault.model()), Precision.FP32, Gemm.NATIVE);
        double bound = Numerics.bound(spec.config(), spec.precision(), false);
        try (LanguageModel faulty = LanguageModel.load(spec, "cpu", fault.archive(spec))) {
            assertThat(distances(faulty, 13, fault.way())).anyMatch(error -> !(error <= bound));
        }
    }

    static Stream<Arguments> everyWayInEveryPrecision() {
        return Stream.of(Precision.values()).flatMap(precision -> Stream.of(Gemm.NATIVE, Gemm.UPCAST)
                .filter(gemm -> gemm == Gemm.NATIVE || precision != Precision.FP32)
                .flatMap(gemm -> Stream.of(1, 3).flatMap(rows -> Stream.of(RowProduct.values())
                        .map(way -> Arguments.of(precision, gemm, way, rows)))));
    }

    /**
     * Rows are multiplied in whichever way is the fastest here; all are right, also where a process names one that is
     * not tried for so many rows, and leave the weights as they were.
     */
    @ParameterizedTest
    @MethodSource("everyWayInEveryPrecision")
    void aRowIsRightInEveryWay(Precision precision, Gemm gemm, RowProduct way, int rows) {
        RowProduct bags = rows == 1 ? RowProduct.BAGS_AND_VECTOR : RowProduct.BAGS_AND_INNER_PRODUCT;
        boolean everyFamily = way == bags && gemm == Gemm.NATIVE;
        long[][] ids = {{3, 1, 4, 1, 5, 9}, {2, 6, 5, 3, 5, 8}, {9, 7, 9, 3, 2, 3}};
        long[] prompts = Stream.of(ids)
                .limit(rows)
                .flatMapToLong(row -> Arrays.stream(row, 0, 5))
                .toArray();
        // A matrix of one column lies the same way before and after it is packed.
        Architecture narrow = Models.ofJson("narrow", """
                {"model_type": "llama", "hidden_size": 32, "intermediate_size": 1, "num_hidden_layers": 2, "vocab_size": 48,
                 "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 64}
                """);
        List<Architecture> models =
                new ArrayList<>(everyFamily ? TinyModels.all() : List.of(TinyModels.named("tiny-llama")));
        models.add(narrow);
        for (Architecture tiny : models) {
            ModelSpec spec = spec(tiny, precision, gemm);
            try (LanguageModel model = LanguageModel.loadDecoder(spec, "cpu")
                    .setParameters(SpreadWeights.draw(spec.config(), layout(spec), 7))) {
                List<double[]> weights = doubles(model);
                Float64Decoder reference = new Float64Decoder(spec.config(), weights);
                double[][][] expected =
                        Stream.of(ids).limit(rows).map(reference::logits).toArray(double[][][]::new);
                try (DecodeSession session = DecodeSession.of(model, rows, prompts, way)) {
                    session.setNextTokens(
                            Stream.of(ids).limit(rows).mapToLong(row -> row[5]).toArray());
                    session.step();
                    assertThat(distance(session.logits(), expected, 5))
                            .as(tiny.name())
                            .isLessThanOrEqualTo(Numerics.bound(spec.config(), precision, false));
                }
                assertThat(doubles(model))
                        .as(tiny.name())
                        .usingRecursiveComparison()
                        .isEqualTo(weights);
            }
        }
    }

    /** Greedy decoding: each step goes on with the likeliest token of the step before. */
    @Test
    void aStepGoesOnWithTheLikeliestToken() {
        ModelSpec spec = spec(TinyModels.named("tiny-gemma3"), Precision.BF16, Gemm.NATIVE);
        try (LanguageModel model = LanguageModel.loadDecoder(spec, "cpu")
                        .setParameters(SpreadWeights.draw(spec.config(), layout(spec), 7));
                DecodeSession session = DecodeSession.random(model, SEQUENCES, 5, 1)) {
            session.step();
            assertThat(session.nextTokens())
                    .isEqualTo(likeliest(session.logits(), spec.config().vocabulary()));
        }
    }

    private static long[] likeliest(float[] logits, int words) {
        return IntStream.range(0, logits.length / words)
                .mapToLong(row -> IntStream.range(0, words)
                        .boxed()
                        .max((a, b) -> Float.compare(logits[row * words + a], logits[row * words + b]))
                        .orElseThrow())
                .toArray();
    }

    /** Relative errors of the logits of each step after a prompt of so many tokens. */
    private static List<Double> distances(LanguageModel model, int prompt) {
        return distances(model, prompt, Optional.empty());
    }

    private static List<Double> distances(LanguageModel model, int prompt, Optional<RowProduct> way) {
        ModelSpec spec = model.spec();
        model.setParameters(SpreadWeights.draw(spec.config(), layout(spec), 7));
        Float64Decoder reference = new Float64Decoder(spec.config(), doubles(model));
        long[][] ids = Numerics.tokens(spec, reference, SEQUENCES, TOKENS, new Random(11));
        double[][][] expected = {reference.logits(ids[0]), reference.logits(ids[1])};
        List<Double> distances = new ArrayList<>();
        long[] prompts = Stream.of(ids)
                .flatMapToLong(row -> Arrays.stream(row, 0, prompt))
                .toArray();
        try (DecodeSession session = way.isPresent()
                ? DecodeSession.of(model, SEQUENCES, prompts, way.get())
                : DecodeSession.of(model, SEQUENCES, prompts)) {
            for (int t = prompt; t < TOKENS; t++) {
                session.setNextTokens(new long[] {ids[0][t], ids[1][t]});
                session.step();
                distances.add(distance(session.logits(), expected, t));
                session.advance();
            }
        }
        return distances;
    }

    private static List<double[]> doubles(LanguageModel model) {
        return model.parameters().stream()
                .map(values -> IntStream.range(0, values.length)
                        .mapToDouble(i -> values[i])
                        .toArray())
                .toList();
    }

    private static double distance(float[] logits, double[][][] expected, int t) {
        double difference = 0;
        double size = 0;
        int words = expected[0][t].length;
        for (int i = 0; i < logits.length; i++) {
            double right = expected[i / words][t][i % words];
            difference += Math.pow(logits[i] - right, 2);
            size += right * right;
        }
        return Math.sqrt(difference / size);
    }

    private static ParameterLayout layout(ModelSpec spec) {
        return ParameterLayout.of(spec.config(), Program.FUSED);
    }

    private static ModelSpec spec(Architecture model, Precision precision, Gemm gemm) {
        return new ModelSpec(model, Program.FUSED, precision, gemm, Loss.SUM);
    }
}
