package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;

/** What handwritten_decoder.py computes, for every family, against float64; and that a mistake in it shows. */
class HandwrittenDecoderIT {
    /** Of 20 tokens: three blocks, the last one shorter; windows of 6 and 7 tokens are shorter than a block. */
    private static final int BLOCK_SIZE = 8;

    static Stream<Arguments> everyFamily() {
        return TinyModels.all().stream()
                .map(HandwrittenDecoderIT::uncapped)
                .flatMap(Numerics::everyWayToCompute)
                .filter(spec -> spec.program() == Program.FUSED)
                .filter(spec -> spec.loss() == Loss.CROSS_ENTROPY || spec.precision() == Precision.FP32)
                .flatMap(spec -> written(spec).map(backend -> Arguments.of(spec, backend)));
    }

    private static Stream<Backend> written(ModelSpec spec) {
        return Backend.candidates(spec.config(), spec.program(), spec.precision(), spec.gemm(), "cpu").stream()
                .filter(backend -> backend != Backend.AUTOGRAD);
    }

    @ParameterizedTest
    @MethodSource("everyFamily")
    void logitsLossAndGradientsAreThoseOfFloat64(ModelSpec spec, Backend backend) {
        byte[] archive =
                TorchScriptArchive.decoder(spec, backend, TorchScriptArchive.decoderSource(backend), BLOCK_SIZE);
        assertThat(Numerics.againstFloat64(spec, archive)).allMatch(Numerics.Finding::ok);
    }

    /** A model that falls back to autograd unnoticed would be measured slower. */
    @Test
    void everyFamilyIsWrittenByHand() {
        assertThat(everyFamily()
                        .map(case_ -> ((ModelSpec) case_.get()[0]).config().family())
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(RunnableFamilies.ALL);
    }

    /** Memory is kept between passes: another shape before must not change a number, nor must the same pass before. */
    @ParameterizedTest
    @EnumSource(names = {"HANDWRITTEN", "FLASH"})
    void aPassDoesNotDependOnThosesBefore(Backend backend) {
        ModelSpec spec = fp32("tiny-llama");
        try (LanguageModel model = LanguageModel.load(spec, "cpu", backend).drawParameters(3);
                LanguageModel other = LanguageModel.load(spec, "cpu", backend).drawParameters(3);
                TokenBatch small = model.randomBatch(1, 5, 1);
                TokenBatch large = model.randomBatch(3, 33, 2);
                TokenBatch same = other.randomBatch(1, 5, 1)) {
            model.forwardBackward(large);
            model.forward(large);
            float first = model.forwardBackward(small);
            List<float[]> gradients = model.results();
            model.forward(small);
            float[] logits = model.results().get(0);
            assertThat(first).isEqualTo(other.forwardBackward(same));
            List<float[]> expected = other.results();
            for (int i = 0; i < expected.size(); i++) {
                assertThat(gradients.get(i)).isEqualTo(expected.get(i));
            }
            other.forward(same);
            assertThat(logits).isEqualTo(other.results().get(0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFaultShows(Fault fault) {
        ModelSpec spec = fp32(fault.model);
        assertThat(Numerics.againstFloat64(spec, fault.archive(spec))).anyMatch(finding -> !finding.ok());
    }

    /** handwritten_decoder.py with a mistake that is easily made, and the tiny model that notices it. */
    enum Fault {
        NORM_FORGETS_THE_MEAN("tiny-llama", "return dx.add_(means.to(self.dtype))", "return dx"),
        NORM_OF_KEYS_FORGETS_THE_MEAN(
                "tiny-qwen3", ".mul_(deviations).mul_(1.0 / float(m))", ".mul_(deviations).mul_(0.9 / float(m))"),
        SCALE_COUNTS_FROM_ZERO("tiny-gemma3", "return w + 1.0 if", "return w + 0.0 if"),
        TURNS_FORWARDS_ON_THE_WAY_BACK(
                "tiny-llama",
                "self.rotary[layer], -1.0, self.heads_first(dx",
                "self.rotary[layer], 1.0, self.heads_first(dx"),
        NORMED_TURN_FORWARDS_ON_THE_WAY_BACK(
                "tiny-qwen3",
                "self.rotary[layer], -1.0, self.around_norm(above",
                "self.rotary[layer], 1.0, self.around_norm(above"),
        UNTURNED_COLUMNS_LOST("tiny-phi3", "torch.ones([T, rest])", "torch.zeros([T, rest])"),
        WINDOW_ONE_LONGER("tiny-mistral", "torch.tril(never, ahead - window)", "torch.tril(never, ahead - window - 1)"),
        WINDOW_FORGETS_THE_FIRST_KEY(
                "tiny-mistral", "ops.prim.max(0, a - window + 1)", "ops.prim.max(0, a - window + 2)"),
        WINDOW_SEES_THE_FUTURE("tiny-mistral", "torch.triu(never, ahead + 1)", "torch.triu(never, ahead + 2)"),
        SEES_THE_FUTURE("tiny-llama", "torch.slice(by_head, 3, a).add_(", "torch.slice(by_head, 3, a).sub_(0.0 * "),
        KEYS_OF_THE_LAST_BLOCK_ALONE(
                "tiny-llama", "torch.slice(sum_k, 1, f, e).add_(dkeys)", "torch.slice(sum_k, 1, f, e).copy_(dkeys)"),
        VALUES_OF_THE_LAST_BLOCK_ALONE(
                "tiny-llama",
                "torch.slice(sum_v, 1, f, e).add_(torch.bmm",
                "torch.slice(sum_v, 1, f, e).copy_(torch.bmm"),
        SCORES_UNSCALED_ON_THE_WAY_BACK(
                "tiny-llama", "dscores, some, beta=0, alpha=self.score_scale", "dscores, some, beta=0, alpha=1.0"),
        GATE_WITHOUT_ITS_FACTOR(
                "tiny-llama", "self.activation_back(dactive.mul_(factor), gate", "self.activation_back(dactive, gate"),
        NORM_AFTER_PASSES_THE_GRADIENT_BY(
                "tiny-olmo2",
                "dy = self.norm_back(\"normed\", dh, x, p, g, at[8])",
                "self.norm_back(\"normed\", dh, x, p, g, at[8])"),
        STREAM_FORGETS_THE_MLP(
                "tiny-llama",
                "dh.add_(self.norm_back(\"normed\", dx, middle, p, g, at[5]))",
                "self.norm_back(\"normed\", dx, middle, p, g, at[5])"),
        BIAS_WITHOUT_GRADIENT("tiny-qwen2", "g[o + 1].copy_(torch.sum(dy, [0]))", "g[o + 1].zero_()"),
        TIED_HEAD_WITHOUT_GRADIENT(
                "tiny-qwen2", "if not self.tied:\n      g[0].zero_()", "if self.tied:\n      g[0].zero_()"),
        POSITIONS_WITHOUT_GRADIENT(
                "tiny-gpt2",
                "torch.slice(g[1].zero_(), 0, 0, T).copy_(",
                "torch.slice(g[1].zero_(), 0, 1, T + 1).copy_("),
        EMBEDDING_SCALED_FORWARDS_ALONE(
                "tiny-gemma3", "dh.mul_(torch.scalar_tensor(self.embedding_scale", "dh.mul_(torch.scalar_tensor(1.0"),
        LAYER_NORM_KEEPS_THE_MEAN(
                "tiny-gpt2",
                "mean = self.workspace[name + \" mean\"]",
                "mean = self.workspace[name + \" mean\"] * 0.0");

        private final String model;
        private final String line;
        private final String instead;

        Fault(String model, String line, String instead) {
            this.model = model;
            this.line = line;
            this.instead = instead;
        }

        byte[] archive(ModelSpec spec) {
            byte[] faulty = PlantedFault.in(TorchScriptArchive.decoderSource(Backend.HANDWRITTEN), line, instead, this);
            return TorchScriptArchive.decoder(spec, Backend.HANDWRITTEN, faulty, BLOCK_SIZE);
        }
    }

    private static ModelSpec fp32(String model) {
        Architecture tiny = uncapped(TinyModels.named(model));
        return new ModelSpec(tiny, Program.FUSED, Precision.FP32, Gemm.NATIVE, Loss.CROSS_ENTROPY);
    }

    /** Without the cap on the logits, which runs by autograd alone. */
    private static Architecture uncapped(Architecture model) {
        return AlteredModel.of(model, model.blocks(), 0);
    }
}
