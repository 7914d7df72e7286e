package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Checkpoint;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Optimizer;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.Tensor;
import org.mfujmh.model.TrainedWeights;
import org.mfujmh.model.TrainingStep;
import org.mfujmh.model.hub.Models;

/** Training steps against the optimizer's definition in float64; gradients against those of other ways to compute them. */
class TrainingStepIT {
    private static final int SEQUENCES = 2;
    private static final int TOKENS = 20;

    private static final TrainingStep CHECKPOINTED =
            new TrainingStep(Optimizer.NONE, 1, Checkpoint.BLOCK, TrainedWeights.SAME, OptionalDouble.empty());

    /** Every optimizer, way of accumulating, kind of weights and bound of the norm, on a handwritten and an autograd model. */
    static Stream<Arguments> everyStep() {
        List<Arguments> steps = new ArrayList<>();
        for (Optimizer optimizer : Optimizer.values()) {
            for (TrainedWeights weights : TrainedWeights.values()) {
                for (int micros : new int[] {1, 3}) {
                    for (OptionalDouble clip : List.of(OptionalDouble.empty(), OptionalDouble.of(0.01))) {
                        for (Checkpoint checkpoint : Checkpoint.values()) {
                            TrainingStep step = new TrainingStep(optimizer, micros, checkpoint, weights, clip);
                            steps.add(Arguments.of(
                                    step, spec("gpt-tiny", Precision.BF16, Gemm.UPCAST), Backend.HANDWRITTEN));
                            steps.add(Arguments.of(
                                    step, spec("tiny-llama", Precision.FP32, Gemm.NATIVE), Backend.AUTOGRAD));
                        }
                    }
                }
            }
        }
        return steps.stream();
    }

    /** Each prepared again for every step. */
    private static final Map<ModelSpec, LanguageModel> TRAINED_IN_EVERY_WAY = new HashMap<>();

    @AfterAll
    static void close() {
        TRAINED_IN_EVERY_WAY.values().forEach(LanguageModel::close);
    }

    @ParameterizedTest
    @MethodSource
    void everyStep(TrainingStep step, ModelSpec spec, Backend backend) {
        LanguageModel model =
                TRAINED_IN_EVERY_WAY.computeIfAbsent(spec, one -> LanguageModel.load(one, "cpu", backend));
        assertThat(check(model, step)).isEmpty();
    }

    static Stream<ModelSpec> everyFamily() {
        return TinyModels.all().stream().map(model -> spec(model.name(), Precision.BF16, Gemm.NATIVE));
    }

    @ParameterizedTest
    @MethodSource
    void everyFamily(ModelSpec spec) {
        assertThat(fault(LanguageModel.load(spec, "cpu"), TrainingStep.DEFAULT)).isEmpty();
    }

    /** A mistake in the optimizer, and the step that notices it. */
    enum Fault {
        SKIPS_BIASES("if (w[i].dim() > 1) == decays:", "if w[i].dim() > 1 and decays:"),
        WITHOUT_BIAS_CORRECTION("self.steps[0].add_(1.0)", "self.steps[0].fill_(1000.0)"),
        STEP_NEVER_COUNTS("self.steps[0].add_(1.0)", "self.steps[0].fill_(1.0)"),
        DECAYS_TWICE("decay = self.decay if decays else 0.0", "decay = 2.0 * self.decay if decays else 0.0"),
        DECAYS_BIASES("decay = self.decay if decays else 0.0", "decay = self.decay"),
        FORGETS_A_MICRO_BATCH(
                "torch._foreach_add_(self.sums, self.results)",
                "torch._foreach_add_(self.sums, self.results, alpha=0.0)"),
        SUMS_INSTEAD_OF_AVERAGING("return torch.full([], count,", "return torch.full([], 1.0,"),
        STATE_OF_ANOTHER_PARAMETER("second.append(self.second_moments[i])", "second.append(self.first_moments[i])"),
        LEAVES_THE_COPIES("torch._foreach_copy_(copies, weights)", "torch._foreach_copy_(gradients, weights)"),
        ASCENDS("alpha=-self.rate", "alpha=self.rate");

        private final String line;
        private final String instead;

        Fault(String line, String instead) {
            this.line = line;
            this.instead = instead;
        }

        /** AdamW keeps no state in fp16. */
        TrainingStep step(Precision precision, OptionalDouble clip) {
            boolean masters = this == LEAVES_THE_COPIES || (precision == Precision.FP16 && this != ASCENDS);
            return new TrainingStep(
                    this == ASCENDS ? Optimizer.SGD : Optimizer.ADAMW,
                    name().contains("MICRO") || name().contains("SUMS") || name().contains("COPIES") ? 2 : 1,
                    Checkpoint.NONE,
                    masters ? TrainedWeights.FP32 : TrainedWeights.SAME,
                    clip);
        }

        byte[] archive(ModelSpec spec) {
            return TorchScriptArchive.autograd(
                    spec, PlantedFault.in(TorchScriptArchive.decoderSource(Backend.AUTOGRAD), line, instead, this));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFaultShows(Fault fault) {
        requireShown(fault, Precision.BF16, OptionalDouble.empty());
    }

    static void requireShown(Fault fault, Precision precision, OptionalDouble clip) {
        ModelSpec spec = spec("tiny-qwen2", precision, Gemm.NATIVE);
        TrainingStep step = fault.step(precision, clip);
        assertThat(fault(LanguageModel.load(spec, "cpu", Backend.AUTOGRAD), step))
                .as("without it")
                .isEmpty();
        assertThat(fault(LanguageModel.load(spec, "cpu", fault.archive(spec)), step))
                .isPresent();
    }

    /** Of every family by autograd, and of GPT-2 in every backend that a CPU can try. */
    static Stream<Arguments> everyBackend() {
        return Stream.concat(
                TinyModels.all().stream()
                        .map(model -> spec(model.name(), Precision.FP32, Gemm.NATIVE))
                        .flatMap(spec ->
                                Backend.candidates(spec.config(), spec.program(), spec.precision(), spec.gemm(), "cpu")
                                        .stream()
                                        .map(backend -> Arguments.of(spec, backend))),
                Stream.of(
                        Arguments.of(spec("gpt-tiny", Precision.FP32, Gemm.NATIVE), Backend.AUTOGRAD),
                        Arguments.of(spec("gpt-tiny", Precision.FP32, Gemm.NATIVE), Backend.HANDWRITTEN),
                        Arguments.of(spec("gpt-tiny", Precision.BF16, Gemm.NATIVE), Backend.HANDWRITTEN),
                        Arguments.of(spec("gpt-tiny", Precision.BF16, Gemm.UPCAST), Backend.HANDWRITTEN)));
    }

    /**
     * Computing a block's activations again gives the very numbers that keeping them would have given; but not with
     * upcast, where the residual stream is kept in 16 bits and was fp32 on the way forward.
     */
    @ParameterizedTest
    @MethodSource("everyBackend")
    void checkpointsChangeNoGradient(ModelSpec spec, Backend backend) {
        try (LanguageModel model = LanguageModel.load(spec, "cpu", backend).drawParameters(1);
                TokenBatch batch = model.randomBatch(SEQUENCES, TOKENS, 2)) {
            model.forwardBackward(batch);
            float loss = model.forwardBackward(batch);
            List<float[]> kept = model.results();
            model.prepareTraining(CHECKPOINTED);
            assertThat(model.trainStep(batch)).isEqualTo(loss);
            List<float[]> again = model.results();
            assertThat(again).hasSameSizeAs(kept);
            double rounding = spec.gemm() == Gemm.UPCAST ? 0.02 : 0;
            for (int i = 0; i < kept.size(); i++) {
                double largest = largest(kept.get(i), new float[kept.get(i).length]);
                assertThat(largest(kept.get(i), again.get(i)))
                        .as("parameter " + i)
                        .isLessThanOrEqualTo(rounding * largest);
            }
        }
    }

    private static double largest(float[] a, float[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(j -> Math.abs(a[j] - b[j]))
                .max()
                .orElseThrow();
    }

    /** bf16 loses an update below half of its last digit; fp32 weights gather such updates until the copy moves. */
    @Test
    void masterWeightsKeepWhatBf16Loses() {
        ModelSpec spec = spec("tiny-llama", Precision.BF16, Gemm.NATIVE);
        assertThat(scaleAfterSteps(spec, TrainedWeights.SAME)).containsOnly(1f);
        assertThat(scaleAfterSteps(spec, TrainedWeights.FP32))
                .satisfies(scale -> assertThat(IntStream.range(0, scale.length)
                                .filter(i -> scale[i] != 1)
                                .count())
                        .isGreaterThan(scale.length / 2));
    }

    /** The first norm's scale, which begins at 1, after steps that each move it by some 6e-4. */
    private static float[] scaleAfterSteps(ModelSpec spec, TrainedWeights weights) {
        List<Tensor> layout = ParameterLayout.of(spec.config(), spec.program()).parameters();
        int scale = IntStream.range(0, layout.size())
                .filter(i -> layout.get(i).role() == Tensor.Role.NORM_SCALE)
                .findFirst()
                .orElseThrow();
        try (LanguageModel model = LanguageModel.load(spec, "cpu").drawParameters(1);
                TokenBatch batch = model.randomBatch(SEQUENCES, TOKENS, 2)) {
            model.prepareTraining(
                    new TrainingStep(Optimizer.ADAMW, 1, Checkpoint.NONE, weights, OptionalDouble.empty()));
            for (int i = 0; i < 10; i++) {
                model.trainStep(batch);
            }
            return model.parameters().get(scale);
        }
    }

    @Test
    void lossFallsOnOneBatchAndIsTheSameEachTime() {
        ModelSpec spec = spec("gpt-tiny", Precision.FP32, Gemm.NATIVE);
        List<Float> losses = losses(spec);
        assertThat(losses).isEqualTo(losses(spec));
        for (int i = 1; i < losses.size(); i++) {
            assertThat(losses.get(i)).isLessThan(losses.get(i - 1));
        }
    }

    private static List<Float> losses(ModelSpec spec) {
        try (LanguageModel model = LanguageModel.load(spec, "cpu").drawParameters(1);
                TokenBatch batch = model.randomBatch(SEQUENCES, TOKENS, 2)) {
            model.prepareTraining(TrainingStep.DEFAULT);
            return IntStream.range(0, 20).mapToObj(i -> model.trainStep(batch)).toList();
        }
    }

    /** The norm in float64 of the mean gradients is what they were clipped to; below the bound they stay as they are. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void clippedGradientsHaveTheNormAskedFor(int micros) {
        double norm = norm(usedGradients(micros, OptionalDouble.empty()));
        assertThat(norm).isGreaterThan(0.2);
        assertThat(norm(usedGradients(micros, OptionalDouble.of(0.125)))).isCloseTo(0.125, offset(1e-5));
        assertThat(norm(usedGradients(micros, OptionalDouble.of(1000)))).isCloseTo(norm, offset(1e-5 * norm));
    }

    private static List<float[]> usedGradients(int micros, OptionalDouble clip) {
        ModelSpec spec = spec("tiny-qwen3", Precision.FP32, Gemm.NATIVE);
        try (LanguageModel model = LanguageModel.load(spec, "cpu").drawParameters(1);
                TokenBatch batch = model.randomBatch(SEQUENCES * micros, TOKENS, 2)) {
            model.prepareTraining(new TrainingStep(Optimizer.SGD, micros, Checkpoint.NONE, TrainedWeights.SAME, clip));
            model.trainStep(batch);
            return model.results();
        }
    }

    private static double norm(List<float[]> tensors) {
        double sum = 0;
        for (float[] tensor : tensors) {
            for (float x : tensor) {
                sum += (double) x * x;
            }
        }
        return Math.sqrt(sum);
    }

    private static Optional<String> fault(LanguageModel loaded, TrainingStep step) {
        try (loaded) {
            return check(loaded, step);
        }
    }

    static Optional<String> check(LanguageModel model, TrainingStep step) {
        model.drawParameters(1);
        try (TokenBatch batch = model.randomBatch(SEQUENCES * step.accumulation(), TOKENS, 2)) {
            List<TokenBatch> micros = model.microBatches(batch, step.accumulation());
            Optional<String> fault = OptimizerCheck.fault(model, batch, micros, step);
            micros.forEach(TokenBatch::close);
            return fault;
        }
    }

    static ModelSpec spec(String model, Precision precision, Gemm gemm) {
        return new ModelSpec(
                model.startsWith("gpt") ? Models.named(model) : TinyModels.named(model),
                Program.FUSED,
                precision,
                gemm,
                Loss.CROSS_ENTROPY);
    }
}
