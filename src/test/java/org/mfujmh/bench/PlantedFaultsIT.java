package org.mfujmh.bench;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mfujmh.engine.FaultyGpt;
import org.mfujmh.engine.FaultyGpt.Fault;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/**
 * Faults planted in the program are refused before anything is timed, so whatever share of the roofline they would
 * have had: gpt-tiny runs at a few percent of it, where no rule about speed would notice half of the work missing.
 */
class PlantedFaultsIT {
    private static final int SEQUENCES = 2;
    private static final int TOKENS = 32;

    @ParameterizedTest
    @EnumSource(Program.class)
    void aProgramThatDoesItsWorkPasses(Program program) {
        assertThatCode(() -> prove(Fault.NONE, program, forward(), SEQUENCES)).doesNotThrowAnyException();
        assertThatCode(() -> prove(Fault.NONE, program, prefill(), SEQUENCES)).doesNotThrowAnyException();
        assertThatCode(() -> prove(Fault.NONE, program, forwardBackward(), SEQUENCES))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    LAYER_SKIPPED        | FUSED    | 1 ran where the closed form has 2
                    LAYER_SKIPPED        | NOTEBOOK | ran where the closed form has
                    LAYER_SKIPPED_BY_HAND | FUSED   | 1 ran where the closed form has 2
                    LAST_TOKEN_ALONE     | FUSED    | the logits has shape [2, 1, 256], not [2, 32, 256]
                    LAST_TOKEN_SPREAD    | FUSED    | ran where the closed form has
                    LAST_TOKEN_SPREAD    | NOTEBOOK | ran where the closed form has
                    TOKENS_COUNTED_TWICE | FUSED    | ran where the closed form has
                    TOKENS_COUNTED_TWICE | NOTEBOOK | ran where the closed form has
                    """)
    void aForwardPassThatLeavesWorkOutIsSuspect(Fault fault, Program program, String says) {
        assertThatThrownBy(() -> prove(fault, program, forward(), SEQUENCES))
                .hasMessageStartingWith("Suspect, proof of work failed: ")
                .hasMessageContaining(says);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    GRADIENTS_UNUSED             | FUSED    | 2 ran where the closed form has 4
                    GRADIENTS_UNUSED             | NOTEBOOK | ran where the closed form has
                    GRADIENT_OF_THE_HEAD_ALONE   | FUSED    | ran where the closed form has
                    TOKENS_COUNTED_TWICE_IN_BOTH | FUSED    | ran where the closed form has
                    """)
    void aBackwardPassThatLeavesWorkOutIsSuspect(Fault fault, Program program, String says) {
        assertThatThrownBy(() -> prove(fault, program, forwardBackward(), SEQUENCES))
                .hasMessageStartingWith("Suspect, proof of work failed: ")
                .hasMessageContaining(says);
    }

    @Test
    void aBatchOfFewerTokensThanTheParametersSayIsSuspect() {
        assertThatThrownBy(() -> prove(Fault.NONE, Program.FUSED, forward(), 2 * SEQUENCES))
                .hasMessage("Suspect, proof of work failed: the batch holds 64 tokens, not 4 x 32.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    FIRST_TOKEN_FOR_LAST         | FUSED    | the logits of the last tokens differ
                    FIRST_TOKEN_FOR_LAST         | NOTEBOOK | the logits of the last tokens differ
                    FIRST_TOKEN_FOR_LAST_BY_HAND | FUSED    | the logits of the last tokens differ
                    ONE_SEQUENCE_FOR_ALL         | FUSED    | the logits of the last tokens differ
                    ALL_LOGITS_FOR_LAST          | FUSED    | ran where the closed form has
                    LAYER_SKIPPED                | NOTEBOOK | ran where the closed form has
                    LAYER_SKIPPED_BY_HAND        | FUSED    | 1 ran where the closed form has 2
                    """)
    void aPrefillThatDoesOtherWorkIsSuspect(Fault fault, Program program, String says) {
        assertThatThrownBy(() -> prove(fault, program, prefill(), SEQUENCES))
                .hasMessageStartingWith("Suspect, proof of work failed: ")
                .hasMessageContaining(says);
    }

    private static ForwardBenchmark.Forward forward() {
        ForwardBenchmark.Forward state = new ForwardBenchmark.Forward();
        state.logits = "all";
        return state;
    }

    private static ForwardBenchmark.Forward prefill() {
        ForwardBenchmark.Forward state = new ForwardBenchmark.Forward();
        state.logits = "last";
        return state;
    }

    private static ForwardBackwardBenchmark.ForwardBackward forwardBackward() {
        ForwardBackwardBenchmark.ForwardBackward state = new ForwardBackwardBenchmark.ForwardBackward();
        state.loss = "sum";
        return state;
    }

    /** @param claimed sequences in the batch, as the parameters say */
    private static void prove(Fault fault, Program program, PassState state, int claimed) {
        ModelSpec spec = new ModelSpec(Models.named("gpt-tiny"), program, Precision.FP32, Gemm.NATIVE, state.loss());
        try (LanguageModel gpt = FaultyGpt.with(fault, spec);
                TokenBatch batch = gpt.randomBatch(SEQUENCES, TOKENS, 3)) {
            ProofOfWork.of(state, gpt, batch, claimed, TOKENS);
        }
    }
}
