package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Gpt2;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;

/**
 * The program that is written out for GPUs, run on a CPU with a CPU's attention, against autograd's. What a GPU
 * brings of its own, attention and GELU, {@code gpu-check} holds against autograd there.
 */
class HandwrittenGpuTest {
    private static final Architecture EDGES = Gpt2.of("edges", 3, 48, 3, 5001, 300);
    private static final int SEQUENCES = 2;
    private static final int TOKENS = 267;

    static Stream<ModelSpec> everyWayToCompute() {
        return Stream.of(Loss.values()).flatMap(loss -> Stream.of(Precision.FP32, Precision.BF16)
                .map(precision -> new ModelSpec(EDGES, Program.FUSED, precision, Gemm.NATIVE, loss)));
    }

    private static double bound(ModelSpec spec) {
        return (12 * EDGES.layers() + 6) * 3 * spec.precision().unitRoundoff() + 1e-6;
    }

    @ParameterizedTest
    @MethodSource("everyWayToCompute")
    void logitsLossAndGradientsAreAutograds(ModelSpec spec) {
        try (LanguageModel hand = HandwrittenGpu.onCpu(spec).drawParameters(4);
                LanguageModel autograd = LanguageModel.loadPlain(spec, "cpu").drawParameters(4);
                TokenBatch ofHand = hand.randomBatch(SEQUENCES, TOKENS, 8);
                TokenBatch ofAutograd = autograd.randomBatch(SEQUENCES, TOKENS, 8)) {
            BackendsCompared compared = BackendsCompared.of(hand, ofHand, autograd, ofAutograd);
            assertThat(compared.logits()).as("logits").isLessThan(bound(spec));
            assertThat(compared.gradients())
                    .hasSameSizeAs(hand.layout().parameters())
                    .allSatisfy((name, distance) -> assertThat(distance).isLessThan(bound(spec)));
            assertThat(compared.lossDistance()).as("loss").isLessThan(bound(spec));
            float last = hand.forward(ofHand);
            float[] logits = hand.results().get(0);
            assertThat(hand.forwardRecordingGraph(ofHand)).isEqualTo(last);
            assertThat(hand.results().get(0)).isEqualTo(logits);
            List<Checksum> checksums = hand.checksums();
            assertThat(checksums.get(0).shape()).isEqualTo(List.of(2L, 267L, 5001L));
        }
    }
}
