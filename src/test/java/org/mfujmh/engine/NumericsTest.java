package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gpt2;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/** What libtorch computes by gpt.py against a GPT in float64 that shares nothing with it but the formulas. */
class NumericsTest {
    private static final Architecture TINY = Models.named("gpt-tiny");
    private static final int SEQUENCES = 2;
    private static final int TOKENS = 20;

    private final Random random = new Random(42);
    private final long[][] ids = tokens();
    private final long[][] targets = tokens();

    static Stream<ModelSpec> everyWayToCompute() {
        return Numerics.everyWayToCompute(TINY);
    }

    @ParameterizedTest
    @MethodSource("everyWayToCompute")
    void logitsLossAndGradientsAreThoseOfFloat64(ModelSpec spec) {
        List<Numerics.Finding> findings = Numerics.againstFloat64(spec);
        assertThat(findings)
                .hasSize(
                        4 + ParameterLayout.of(TINY, Program.FUSED).parameters().size());
        assertThat(findings).allMatch(Numerics.Finding::ok);
    }

    /** gpt-xl as deep as it is, but narrow: what 48 residual additions do to the range of fp16 shows. */
    @ParameterizedTest
    @MethodSource("everyWayToCompute")
    void fortyEightLayersOfDrawnWeightsStayInRange(ModelSpec tiny) {
        Architecture deep = Gpt2.of("deep", 48, 32, 2, 64, 16);
        ModelSpec spec = new ModelSpec(deep, tiny.program(), tiny.precision(), tiny.gemm(), tiny.loss());
        try (LanguageModel model = LanguageModel.load(spec, "cpu").drawParameters(1);
                TokenBatch batch = model.randomBatch(1, 16, 1)) {
            model.forward(batch);
            assertThat(model.checksums()).allMatch(logits -> logits.notFinite() == 0);
            assertThat(model.forwardBackward(batch)).isFinite();
            assertThat(model.checksums()).allMatch(gradient -> gradient.notFinite() == 0);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWayToCompute")
    void onlyTokensSeenHaveAGradientInTheEmbeddings(ModelSpec spec) {
        try (LanguageModel model = LanguageModel.load(spec, "cpu").drawParameters(1);
                TokenBatch batch = model.batch(SEQUENCES, TOKENS, flat(ids), flat(targets))) {
            model.forwardBackward(batch);
            float[] tokenRows = model.results().get(0);
            float[] positionRows = model.results().get(1);
            for (int token = 0; token < TINY.vocabulary(); token++) {
                int id = token;
                boolean seen = Arrays.stream(flat(ids)).anyMatch(used -> used == id);
                assertThat(isZero(tokenRows, token))
                        .as("row of token %d", token)
                        .isEqualTo(!seen);
            }
            for (int position = 0; position < TINY.context(); position++) {
                assertThat(isZero(positionRows, position)).isEqualTo(position >= TOKENS);
            }
        }
    }

    private long[][] tokens() {
        return IntStream.range(0, SEQUENCES)
                .mapToObj(b -> random.longs(TOKENS, 0, TINY.vocabulary()).toArray())
                .toArray(long[][]::new);
    }

    private static long[] flat(long[][] rows) {
        return Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray();
    }

    private static boolean isZero(float[] rows, int row) {
        int d = TINY.width();
        return IntStream.range(row * d, (row + 1) * d).allMatch(i -> rows[i] == 0);
    }
}
