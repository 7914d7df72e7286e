package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.RunProperty;

/** Which backends a pass may have. */
class BackendCandidatesTest {
    private static final ModelSpec SMALL =
            new ModelSpec(Models.named("gpt-small"), Program.FUSED, Precision.BF16, Gemm.NATIVE, Loss.SUM);

    @AfterEach
    void forget() {
        System.clearProperty(RunProperty.BACKEND.key());
    }

    /** pytorch issue 169849: cuDNN before 9.15.1 reads beyond the end of sequences that 128 does not divide. */
    @Test
    void cudnnIsForSequencesThat128Divides() {
        assertThat(BackendChoice.candidates(SMALL, "cuda:0", 1024))
                .containsExactly(Backend.CUDNN, Backend.FLASH, Backend.AUTOGRAD);
        assertThat(BackendChoice.candidates(SMALL, "cuda:0", 1000)).containsExactly(Backend.FLASH, Backend.AUTOGRAD);
    }

    /** The largest batch is searched with what is measured then. */
    @Test
    void aProbeRunsTheBackendThatIsNamed() {
        assertThat(BackendChoice.expected(SMALL, "cpu", 1024)).isEqualTo(Backend.HANDWRITTEN);
        System.setProperty(RunProperty.BACKEND.key(), Backend.AUTOGRAD.label());
        assertThat(BackendChoice.expected(SMALL, "cpu", 1024)).isEqualTo(Backend.AUTOGRAD);
        System.setProperty(RunProperty.BACKEND.key(), Backend.FLASH.label());
        assertThat(BackendChoice.expected(SMALL, "cpu", 1024))
                .as("none of this model's on a CPU")
                .isEqualTo(Backend.HANDWRITTEN);
    }
}
