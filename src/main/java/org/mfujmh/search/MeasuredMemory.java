package org.mfujmh.search;

import java.time.Duration;
import java.util.Optional;
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

    /** What a JVM reserves without using, which a limit on address space has to allow. */
    private static final long RESERVED = 512L << 20;

    private final long process;
    private final Optional<MemoryLimit> limit;

    private MeasuredMemory(long process, Optional<MemoryLimit> limit) {
        this.process = process;
        this.limit = limit;
    }

    /**
     * Measures the process itself, by a model of 0.1 million parameters: a JVM with libtorch, on a GPU its context.
     *
     * @param device {@code cpu} or {@code cuda:N}
     * @param limit what passes are kept within; empty if the device's memory is unknown
     * @throws BadInput if it does not run
     */
    public static MeasuredMemory on(String device, Optional<MemoryLimit> limit) {
        ModelSpec tiny = new ModelSpec(Models.named("gpt-tiny"), Program.FUSED, Precision.FP32, Gemm.NATIVE, Loss.SUM);
        ProbeOutcome outcome = run(new ProbedPass(tiny, Pass.FORWARD_BACKWARD, FEW_TOKENS, device), 1, limit);
        MemoryUse use = outcome.use()
                .orElseThrow(() -> new BadInput("The memory of the process was not measured: " + why(outcome) + "."));
        return new MeasuredMemory(use.peakBytes(), limit);
    }

    /**
     * Bytes without those of the process.
     *
     * @param before in use when the pass began: weights, and of a training step the optimizer's state
     * @param peak the most in use
     */
    public record Bytes(long before, long peak) {}

    /**
     * What a pass took.
     *
     * @param bytes empty if it was not measured
     * @param whyNot why it was not, as part of a sentence
     */
    public record MeasuredPass(Optional<Bytes> bytes, String whyNot) {
        public static MeasuredPass not(String why) {
            return new MeasuredPass(Optional.empty(), why);
        }
    }

    /**
     * Runs a pass once.
     *
     * @param sequences of a micro batch
     */
    public MeasuredPass of(ProbedPass pass, int sequences) {
        ProbeOutcome outcome = run(pass, sequences, limit);
        return outcome.use()
                .map(use -> new Bytes(Math.max(0, use.startBytes() - process), Math.max(0, use.peakBytes() - process)))
                .map(bytes -> new MeasuredPass(Optional.of(bytes), ""))
                .orElseGet(() -> MeasuredPass.not(why(outcome)));
    }

    private static ProbeOutcome run(ProbedPass pass, int sequences, Optional<MemoryLimit> limit) {
        long most = limit.map(MemoryLimit::ceilingBytes).orElse(Long.MAX_VALUE);
        MemoryGuard.Kind kind = limit.isPresent() ? LargestBatch.guardHere(pass) : MemoryGuard.Kind.NONE;
        MemoryGuard guard = MemoryGuard.of(kind, most, RESERVED).orElseThrow();
        ProbeRunner runner = new ProbeRunner(pass);
        try (OnShutdown hook = OnShutdown.run("mfu-measure-shutdown", runner::stop)) {
            return runner.run(sequences, Long.MAX_VALUE, guard, LONGEST);
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
