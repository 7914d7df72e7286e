package org.mfujmh.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.model.Checkpoint;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Optimizer;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.TrainedWeights;
import org.mfujmh.model.TrainingStep;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassId;

/** What a probe is told on its command line is what was asked. */
class ProbedPassTest {
    private static final ModelSpec SPEC =
            new ModelSpec(Models.named("gpt-tiny"), Program.FUSED, Precision.BF16, Gemm.UPCAST, Loss.CROSS_ENTROPY);
    private static final TrainingStep STEP =
            new TrainingStep(Optimizer.SGD, 4, Checkpoint.BLOCK, TrainedWeights.FP32, OptionalDouble.of(0.5));

    @Test
    void aPassSurvivesItsCommandLine() {
        for (Pass pass : Pass.values()) {
            ProbedPass probed = new ProbedPass(SPEC, pass, 63, "cpu");
            assertThat(ProbedPass.parse(probed.words())).isEqualTo(probed);
        }
    }

    @Test
    void aTrainingStepSurvivesItsCommandLine() {
        ProbedPass probed = new ProbedPass(SPEC, Pass.FORWARD_BACKWARD, Optional.of(STEP), 64, "cpu");
        assertThat(ProbedPass.parse(probed.words())).isEqualTo(probed);
        assertThat(probed.passId()).isEqualTo(PassId.TRAIN_STEP);
        assertThat(probed.sequences(3)).isEqualTo(12);
        assertThat(probed.describe())
                .isEqualTo("gpt-tiny, training step (sgd, fp32 weights, checkpoint block, clip 0.5, 4 micro batches), "
                        + "64 tokens, bf16 fused upcast on cpu");
    }
}
