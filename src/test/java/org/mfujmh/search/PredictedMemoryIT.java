package org.mfujmh.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.memory.MemoryEstimate;
import org.mfujmh.memory.MemoryPass;
import org.mfujmh.memory.MemoryPlan;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.TrainingStep;
import org.mfujmh.model.hub.Models;

/** Predicted bytes against the peak resident memory of a process that runs the pass. */
class PredictedMemoryIT {
    private static final int TOKENS = 512;

    /** What a process has that runs a model of 0.1 million parameters: a JVM with libtorch. */
    private static long process;

    @BeforeAll
    static void measureTheProcess() {
        ProbedPass tiny = probed("gpt-tiny", Pass.FORWARD_BACKWARD, Precision.FP32, Gemm.NATIVE, Loss.SUM, 16);
        process = measuredPeak(tiny, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-small, forward, fp32, native, sum, 4",
        "gpt-small, prefill, fp32, native, sum, 4",
        "gpt-small, prefill, bf16, native, sum, 4",
        "gpt-small, forward-backward, fp32, native, sum, 2",
        "gpt-small, forward-backward, fp32, native, cross_entropy, 2",
        "gpt-small, forward-backward, bf16, upcast, sum, 2",
        "smollm-135m, forward, bf16, native, sum, 4",
        "smollm-135m, prefill, bf16, native, sum, 4",
        "smollm-135m, forward-backward, fp32, native, sum, 2",
        "smollm-135m, forward-backward, bf16, native, sum, 2",
    })
    void aPassTakesWhatIsPredicted(String model, String pass, String dtype, String gemm, String loss, int sequences) {
        ProbedPass probed = probed(model, Pass.of(pass), Precision.of(dtype), Gemm.of(gemm), Loss.of(loss), TOKENS);
        MemoryEstimate predicted = predicted(probed, sequences);
        assertThat(predicted.total())
                .as("%s", predicted.peak())
                .isCloseTo(measuredPeak(probed, sequences) - process, withinPercentage(5));
    }

    /** What a sequence more takes has no process in it: an activation too few or too many of a block shows. */
    @ParameterizedTest
    @CsvSource({
        "gpt-small, forward-backward, fp32, native, sum",
        "gpt-small, forward-backward, bf16, upcast, sum",
        "smollm-135m, forward-backward, bf16, native, cross_entropy",
    })
    void aSequenceMoreTakesWhatIsPredicted(String model, String pass, String dtype, String gemm, String loss) {
        ProbedPass probed = probed(model, Pass.of(pass), Precision.of(dtype), Gemm.of(gemm), Loss.of(loss), TOKENS);
        long predicted = predicted(probed, 3).total() - predicted(probed, 1).total();
        assertThat(predicted).isCloseTo(measuredPeak(probed, 3) - measuredPeak(probed, 1), withinPercentage(5));
    }

    private static MemoryEstimate predicted(ProbedPass probed, int sequences) {
        ModelSpec spec = probed.spec();
        return MemoryEstimate.of(new MemoryPlan(
                spec.config(),
                MemoryPass.of(probed.pass().label()),
                sequences,
                probed.tokens(),
                spec.precision(),
                spec.program(),
                spec.gemm(),
                spec.loss(),
                MemoryPlan.usualBackend(spec.config(), spec.program(), spec.precision(), spec.gemm(), false),
                false,
                TrainingStep.DEFAULT));
    }

    private static ProbedPass probed(String model, Pass pass, Precision precision, Gemm gemm, Loss loss, int tokens) {
        return new ProbedPass(
                new ModelSpec(Models.named(model), Program.FUSED, precision, gemm, loss), pass, tokens, "cpu");
    }

    private static long measuredPeak(ProbedPass probed, int sequences) {
        MemoryGuard unguarded =
                MemoryGuard.of(MemoryGuard.Kind.NONE, Long.MAX_VALUE, 0).orElseThrow();
        ProbeOutcome outcome = new ProbeRunner(probed).run(sequences, Long.MAX_VALUE, unguarded, Duration.ofMinutes(5));
        return outcome.use().orElseThrow(() -> new AssertionError(outcome)).peakBytes();
    }
}
