package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.Tensor;

/** handwritten_experts.py: its gradients without a choice, and that a mistake in it shows. HandwrittenDecoderIT has the rest. */
class HandwrittenExpertsIT {

    static Stream<Arguments> everyFamilyAndPrecision() {
        return Stream.of("tiny-mixtral", "tiny-qwen3-moe", "tiny-olmoe")
                .flatMap(model -> Stream.of(Precision.values()).map(precision -> Arguments.of(spec(model, precision))));
    }

    /**
     * One token passes through k experts, so that the others have a gradient of exactly 0, whichever experts had one in
     * the pass before.
     */
    @ParameterizedTest
    @MethodSource("everyFamilyAndPrecision")
    void anExpertWithoutATokenHasNoGradient(ModelSpec spec) {
        try (LanguageModel model = LanguageModel.load(spec, "cpu", Backend.HANDWRITTEN)) {
            assertThat(gradientsByChoice(model)).isEmpty();
        }
    }

    /** An expert that no token of this pass chose, and that the pass before left a gradient. */
    @ParameterizedTest
    @ValueSource(strings = {"of_ups", "of_downs"})
    void aGradientKeptFromThePassBeforeShows(String which) {
        ModelSpec spec = spec("tiny-mixtral", Precision.FP32);
        byte[] faulty = PlantedFault.in(
                TorchScriptArchive.decoderSource(Backend.HANDWRITTEN),
                which + "[expert].zero_()",
                which + "[expert].mul_(1.0)",
                Fault.AN_EXPERTS_GRADIENT_KEPT);
        try (LanguageModel model = LanguageModel.load(
                spec,
                "cpu",
                TorchScriptArchive.decoder(spec, Backend.HANDWRITTEN, faulty, TorchScriptArchive.BLOCK_SIZE))) {
            assertThat(gradientsByChoice(model)).isNotEmpty();
        }
    }

    /** Passes of one token each; @return those where a tensor of experts has gradients of more or fewer than k. */
    private static List<String> gradientsByChoice(LanguageModel model) {
        model.setParameters(SpreadWeights.draw(model.spec().config(), model.layout(), 3));
        List<Tensor> layout = model.layout().parameters();
        return IntStream.range(0, 16)
                .boxed()
                .flatMap(id -> {
                    try (TokenBatch batch = model.batch(1, 1, new long[] {id}, new long[] {id + 1})) {
                        model.forwardBackward(batch);
                        List<float[]> gradients = model.results();
                        return IntStream.range(0, layout.size())
                                .filter(i -> layout.get(i).experts() > 1)
                                .filter(i -> withGradient(gradients.get(i), layout.get(i))
                                        != layout.get(i).used())
                                .mapToObj(i -> layout.get(i).name() + " of token " + id)
                                .toList()
                                .stream();
                    }
                })
                .toList();
    }

    private static long withGradient(float[] gradient, Tensor tensor) {
        int each = gradient.length / tensor.experts();
        return IntStream.range(0, tensor.experts())
                .filter(expert ->
                        IntStream.range(expert * each, expert * each + each).anyMatch(i -> gradient[i] != 0))
                .count();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AN_EXPERTS_GRADIENT_KEPT")
    void aFaultShows(Fault fault) {
        ModelSpec spec = spec(fault.model, Precision.FP32);
        byte[] faulty = PlantedFault.in(
                TorchScriptArchive.decoderSource(Backend.HANDWRITTEN), fault.line, fault.instead, fault);
        assertThat(Numerics.againstFloat64(
                        spec,
                        TorchScriptArchive.decoder(spec, Backend.HANDWRITTEN, faulty, TorchScriptArchive.BLOCK_SIZE)))
                .anyMatch(finding -> !finding.ok());
    }

    /** handwritten_experts.py with a mistake that is easily made, and the tiny model that notices it. */
    enum Fault {
        AN_EXPERTS_GRADIENT_KEPT("tiny-mixtral", "", ""),
        ROUTER_WITHOUT_GRADIENT("tiny-mixtral", "torch.mm(dnumbers.t(), x, out=g[router])", "g[router].zero_()"),
        ROUTER_PASSES_NOTHING_DOWN("tiny-olmoe", "dx.addmm_(dnumbers, p[router])", "dx.add_(0.0)"),
        WEIGHTS_FORGET_THEIR_SUM("tiny-mixtral", "products = products - weights * sums", "products = products + 0.0"),
        SOFTMAX_FORGETS_THOSE_NOT_CHOSEN("tiny-olmoe", ".mul_(sums).neg_()", ".mul_(0.0)"),
        WEIGHTS_NORMALISED_ON_THE_WAY_BACK(
                "tiny-olmoe",
                "    if self.normalised:\n      products = products",
                "    if self.used > 0:\n      products = products"),
        FIRST_PRODUCT_WITHOUT_THE_WEIGHT(
                "tiny-mixtral", "self.active_back(dactive.mul_(weight), up", "self.active_back(dactive, up"),
        SECOND_PRODUCT_WITHOUT_THE_WEIGHT("tiny-mixtral", "active.mul_(weight), out=of_downs", "active, out=of_downs"),
        OUTPUT_WITHOUT_THE_WEIGHT("tiny-olmoe", "active.mul_(torch.slice(share, 0, a, e))", "active"),
        WEIGHTS_OF_OTHER_CHOICES("tiny-qwen3-moe", "0, order, dweights)", "0, torch.flip(order, [0]), dweights)"),
        INPUTS_OF_OTHER_TOKENS(
                "tiny-qwen3-moe",
                "torch.index_select(x, 0, torch.slice(rows, 0, a, e), out",
                "torch.index_select(x, 0, torch.flip(torch.slice(rows, 0, a, e), [0]), out"),
        OUTPUTS_OF_THE_LAYER_BEFORE_ADDED(
                "tiny-mixtral", "self.dtype).zero_().index_add_(0, rows", "self.dtype).index_add_(0, rows"),
        NORM_PASSED_BY(
                "tiny-olmoe",
                "dh.add_(self.norm_back(\"normed\", dx, middle, p, g, at[5]))\n\n  # The gradient by",
                "self.norm_back(\"normed\", dx, middle, p, g, at[5])\n\n  # The gradient by");

        private final String model;
        private final String line;
        private final String instead;

        Fault(String model, String line, String instead) {
            this.model = model;
            this.line = line;
            this.instead = instead;
        }
    }

    private static ModelSpec spec(String model, Precision precision) {
        return new ModelSpec(TinyModels.named(model), Program.FUSED, precision, Gemm.NATIVE, Loss.CROSS_ENTROPY);
    }
}
