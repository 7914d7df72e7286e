package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/** How the fused program lays out its logits on a GPU by autograd, run on a CPU: against float64. */
class AutogradOfAGpuTest {
    /** A vocabulary that no tensor core takes, and that padding makes even. */
    private static final Architecture ODD = Models.ofJson("odd", """
            {"model_type": "gpt2", "n_layer": 2, "n_embd": 32, "n_head": 4, "vocab_size": 77, "n_positions": 64,
             "tie_word_embeddings": false}
            """);

    static Stream<ModelSpec> everyLossAndPrecision() {
        return Stream.of(Loss.values()).flatMap(loss -> Stream.of(Precision.values())
                .filter(precision -> precision != Precision.FP16 || loss == Loss.CROSS_ENTROPY)
                .map(precision -> new ModelSpec(ODD, Program.FUSED, precision, Gemm.NATIVE, loss)));
    }

    @ParameterizedTest
    @MethodSource("everyLossAndPrecision")
    void logitsLossAndGradientsAreThoseOfFloat64(ModelSpec spec) {
        assertThat(ODD.isBookGpt()).isTrue();
        String source = new String(TorchScriptArchive.source(false), StandardCharsets.UTF_8);
        String onGpu = "return x.is_cuda and not self.notebook";
        assertThat(source).contains(onGpu);
        byte[] asIfOnGpu = source.replace(onGpu, "return not self.notebook").getBytes(StandardCharsets.UTF_8);
        assertThat(Numerics.againstFloat64(spec, TorchScriptArchive.plain(spec, asIfOnGpu)))
                .allMatch(Numerics.Finding::ok);
    }
}
