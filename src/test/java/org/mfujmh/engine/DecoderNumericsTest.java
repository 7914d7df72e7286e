package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.model.Activation;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Block;
import org.mfujmh.model.FeedForward;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/** What libtorch computes by decoder.py, for every family, against float64; and that a mistake in it shows. */
class DecoderNumericsTest {
    /** The sum of all logits is a loss of its own in fp32 only: what differs between the losses knows no precision. */
    static Stream<ModelSpec> everyFamilyInEveryWay() {
        return TinyModels.all().stream()
                .flatMap(Numerics::everyWayToCompute)
                .filter(spec -> spec.loss() == Loss.CROSS_ENTROPY || spec.precision() == Precision.FP32);
    }

    @ParameterizedTest
    @MethodSource("everyFamilyInEveryWay")
    void logitsLossAndGradientsAreThoseOfFloat64(ModelSpec spec) {
        List<Numerics.Finding> findings =
                Numerics.againstFloat64(spec, TorchScriptArchive.decoder(spec, Backend.AUTOGRAD));
        int tensors =
                ParameterLayout.of(spec.config(), Program.FUSED).parameters().size();
        assertThat(findings).hasSize(4 + tensors);
        assertThat(findings).allMatch(Numerics.Finding::ok);
    }

    /** Where head_dim says how wide a head is. */
    @Test
    void theHeadsNeedNotDivideTheWidth() {
        ModelSpec spec = fp32(Models.ofJson("uneven", """
                {"model_type": "mistral", "hidden_size": 30, "intermediate_size": 40, "num_hidden_layers": 2, "head_dim": 16,
                 "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 48, "max_position_embeddings": 64,
                 "sliding_window": null}
                """));
        List<Backend> backends =
                Backend.candidates(spec.config(), spec.program(), spec.precision(), spec.gemm(), "cpu");
        assertThat(backends).contains(Backend.HANDWRITTEN, Backend.AUTOGRAD);
        for (Backend backend : backends) {
            assertThat(Numerics.againstFloat64(spec, TorchScriptArchive.decoder(spec, backend)))
                    .allMatch(Numerics.Finding::ok);
        }
    }

    /** In fp32 only: rounding to 16 bits takes some numbers across the corner of ReLU, and their gradients with them. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CLAMPED_SWIGLU")
    void everyActivationIsThatOfFloat64(Activation activation) {
        for (Architecture model : List.of(TinyModels.named("tiny-gpt2"), TinyModels.named("tiny-mistral"))) {
            ModelSpec spec = fp32(with(activation, model));
            for (Backend backend : List.of(Backend.HANDWRITTEN, Backend.AUTOGRAD)) {
                assertThat(Numerics.againstFloat64(spec, TorchScriptArchive.decoder(spec, backend)))
                        .as("%s, %s", model.name(), backend)
                        .allMatch(Numerics.Finding::ok);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFaultShows(FaultyDecoder fault) {
        ModelSpec spec = fp32(TinyModels.named(fault.model()));
        assertThat(Numerics.againstFloat64(spec, fault.archive(spec))).anyMatch(finding -> !finding.ok());
    }

    private static ModelSpec fp32(Architecture model) {
        return new ModelSpec(model, Program.FUSED, Precision.FP32, Gemm.NATIVE, Loss.CROSS_ENTROPY);
    }

    private static Architecture with(Activation activation, Architecture model) {
        Block block = model.blocks().get(0);
        FeedForward.Mlp mlp = (FeedForward.Mlp) block.feedForward();
        FeedForward.Mlp other = new FeedForward.Mlp(mlp.inner(), activation, mlp.gated(), mlp.bias());
        List<Block> blocks = Collections.nCopies(
                model.layers(), new Block(block.attention(), other, block.norm(), block.placement()));
        return AlteredModel.of(model, blocks, model.logitSoftcap());
    }
}
