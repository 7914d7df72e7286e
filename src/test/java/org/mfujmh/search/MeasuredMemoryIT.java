package org.mfujmh.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/** Measurements within a limit, real processes under a real guard. */
@EnabledOnOs(OS.LINUX)
class MeasuredMemoryIT {
    private static final long MIB = 1L << 20;

    /** 30,000 sequences of 64 tokens take gigabytes; the guard stops them, and the next pass is measured. */
    @Test
    void aPassThatDiesIsToldAndTheNextIsMeasured() {
        MeasuredMemory memory =
                MeasuredMemory.on("cpu", Optional.of(new MemoryLimit(900 * MIB, 1000 * MIB, "as tested")));
        ProbedPass pass = new ProbedPass(
                new ModelSpec(Models.named("gpt-tiny"), Program.FUSED, Precision.FP32, Gemm.NATIVE, Loss.SUM),
                Pass.FORWARD,
                64,
                "cpu");
        MeasuredMemory.MeasuredPass tooLarge = memory.of(pass, 30_000);
        assertThat(tooLarge.bytes()).isEmpty();
        assertThat(tooLarge.whyNot()).containsAnyOf("137", "can't allocate memory");
        assertThat(memory.of(pass, 100).bytes())
                .hasValueSatisfying(bytes -> assertThat(bytes.peak()).isBetween(MIB, 200 * MIB));
    }
}
