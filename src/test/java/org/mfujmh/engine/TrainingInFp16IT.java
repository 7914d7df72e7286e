package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.model.Checkpoint;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Optimizer;
import org.mfujmh.model.Precision;
import org.mfujmh.model.TrainedWeights;
import org.mfujmh.model.TrainingStep;

/**
 * Training steps in fp16 against the optimizer's definition in float64. Below 2^-14 the numbers of fp16 stand 2^-24
 * apart: many gradients lie there, and all that are clipped to 0.001.
 */
class TrainingInFp16IT {
    private static final List<OptionalDouble> CLIPS =
            List.of(OptionalDouble.empty(), OptionalDouble.of(1), OptionalDouble.of(0.001));

    /** Every step that fp16 allows: AdamW keeps no state in it. */
    static Stream<Arguments> everyStep() {
        List<TrainingStep> steps = new ArrayList<>();
        for (int micros : new int[] {1, 2}) {
            for (OptionalDouble clip : CLIPS) {
                for (Optimizer adamw : List.of(Optimizer.ADAMW, Optimizer.ADAMW_UNFUSED)) {
                    steps.add(new TrainingStep(adamw, micros, Checkpoint.NONE, TrainedWeights.FP32, clip));
                }
                for (TrainedWeights weights : TrainedWeights.values()) {
                    steps.add(new TrainingStep(Optimizer.SGD, micros, Checkpoint.NONE, weights, clip));
                }
            }
        }
        return Stream.of("gpt-tiny", "tiny-llama", "tiny-qwen3", "tiny-olmo2", "tiny-mixtral")
                .flatMap(model -> steps.stream().map(step -> Arguments.of(model, step)));
    }

    /** Each prepared again for every step. */
    private static final Map<String, LanguageModel> TRAINED_IN_EVERY_WAY = new HashMap<>();

    @AfterAll
    static void close() {
        TRAINED_IN_EVERY_WAY.values().forEach(LanguageModel::close);
    }

    @ParameterizedTest
    @MethodSource
    void everyStep(String name, TrainingStep step) {
        LanguageModel model = TRAINED_IN_EVERY_WAY.computeIfAbsent(
                name, one -> LanguageModel.load(TrainingStepIT.spec(one, Precision.FP16, Gemm.NATIVE), "cpu"));
        assertThat(TrainingStepIT.check(model, step)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aFaultShows(TrainingStepIT.Fault fault) {
        TrainingStepIT.requireShown(fault, Precision.FP16, OptionalDouble.empty());
    }

    /** What is clipped is divided by another line than what is only averaged. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SUMS_INSTEAD_OF_AVERAGING")
    void aFaultShowsWhereGradientsAreClipped(TrainingStepIT.Fault fault) {
        TrainingStepIT.requireShown(fault, Precision.FP16, OptionalDouble.of(0.01));
    }
}
