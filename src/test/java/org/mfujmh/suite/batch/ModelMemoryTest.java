package org.mfujmh.suite.batch;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mfujmh.BadInput;
import org.mfujmh.memory.MemoryPass;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Precision;
import org.mfujmh.model.TrainingStep;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.TrainingParams;

/** What is refused before anything is drawn, by bytes counted by hand: gpt-small has 163,037,184 parameters. */
class ModelMemoryTest {
    private static final Architecture GPT_SMALL = Models.named("gpt-small");
    private static final long NUMBERS = 163_037_184;

    @Test
    void aStepIsRefusedForTheStateThatItsOwnOptimizerHas() {
        // bf16: weights and gradients 2 bytes each, AdamW's two numbers of state 2 bytes each.
        assertThatThrownBy(() -> require("adamw", "same", 8 * NUMBERS - 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("weights, gradients and optimizer state");
        assertThatCode(() -> require("adamw", "same", 8 * NUMBERS)).doesNotThrowAnyException();
        assertThatThrownBy(() -> require("sgd", "same", 4 * NUMBERS - 1)).isInstanceOf(BadInput.class);
        assertThatCode(() -> require("sgd", "same", 4 * NUMBERS)).doesNotThrowAnyException();
        // fp32 weights 4 bytes, state 8, copies and gradients 2 each.
        assertThatThrownBy(() -> require("adamw", "fp32", 16 * NUMBERS - 1)).isInstanceOf(BadInput.class);
    }

    private static void require(String optimizer, String weights, long limit) {
        TrainingStep step = TrainingStep.of(
                TrainingParams.of(
                        optimizer,
                        TrainingParams.DEFAULT_ACCUMULATION,
                        TrainingParams.DEFAULT_CHECKPOINT,
                        weights,
                        "none"),
                Precision.BF16);
        ModelMemory.require(GPT_SMALL, MemoryPass.TRAIN_STEP, Optional.of(step), Precision.BF16, limit, "test");
    }
}
