package org.mfujmh.search;

import java.time.Duration;
import org.mfujmh.BadInput;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;
import org.mfujmh.suite.process.OnShutdown;

/**
 * What passes take of a device's memory, measured: each runs once in a process of its own, whose peak is compared with
 * that of a process that runs next to nothing.
 */
public final class MeasuredMemory {
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final int FEW_TOKENS = 16;

    private final long process;

    private MeasuredMemory(long process) {
        this.process = process;
    }

    /**
     * Measures the process itself, by a model of 0.1 million parameters: a JVM with libtorch, on a GPU its context.
     *
     * @param device {@code cpu} or {@code cuda:N}
     */
    public static MeasuredMemory on(String device) {
        ModelSpec tiny = new ModelSpec(Models.named("gpt-tiny"), Program.FUSED, Precision.FP32, Gemm.NATIVE, Loss.SUM);
        return new MeasuredMemory(run(new ProbedPass(tiny, Pass.FORWARD_BACKWARD, FEW_TOKENS, device), 1)
                .peakBytes());
    }

    /**
     * Bytes without those of the process.
     *
     * @param before in use when the pass began: weights, and of a training step the optimizer's state
     * @param peak the most in use
     */
    public record Bytes(long before, long peak) {}

    /**
     * Runs a pass once.
     *
     * @param sequences of a micro batch
     * @throws BadInput if the pass does not run to its end, such as for lack of memory
     */
    public Bytes of(ProbedPass pass, int sequences) {
        MemoryUse use = run(pass, sequences);
        return new Bytes(Math.max(0, use.startBytes() - process), Math.max(0, use.peakBytes() - process));
    }

    private static MemoryUse run(ProbedPass pass, int sequences) {
        MemoryGuard unguarded =
                MemoryGuard.of(MemoryGuard.Kind.NONE, Long.MAX_VALUE, 0).orElseThrow();
        ProbeRunner runner = new ProbeRunner(pass);
        try (OnShutdown hook = OnShutdown.run("mfu-measure-shutdown", runner::stop)) {
            ProbeOutcome outcome = runner.run(sequences, Long.MAX_VALUE, unguarded, LONGEST);
            return outcome.use()
                    .orElseThrow(
                            () -> new BadInput("The memory of " + pass.passId().title() + " of "
                                    + pass.spec().config().name() + " was not measured: " + why(outcome)
                                    + ". Choose a smaller --batch or --seq."));
        }
    }

    private static String why(ProbeOutcome outcome) {
        if (outcome instanceof ProbeOutcome.OutOfMemory out) {
            return out.reason();
        }
        return outcome instanceof ProbeOutcome.Broken broken
                ? broken.cause()
                : "the pass took more than " + LONGEST.toMinutes() + " minutes";
    }
}
