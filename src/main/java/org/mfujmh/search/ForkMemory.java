package org.mfujmh.search;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import org.mfujmh.suite.process.OnShutdown;

/**
 * Finds the batch that a whole fork of the suite keeps within the limit. A fork needs more than its pass: on a CPU it
 * proves its work, measures rooflines, and leaves malloc its usual way of keeping freed blocks, since the probe's way
 * costs speed. So forks are tried, from the largest batch of the pass on down.
 */
public final class ForkMemory {

    /** The main class of a trial, which needs the benchmarks at compile time, as this package must not. */
    private static final String TRIAL = "org.mfujmh.check.ForkTrial";

    /** What is kept back of the limit, since two forks of a batch differ: see docs/guide/max-batch.md. */
    private static final int RESERVED_FRACTION = 8;

    private static final int MOST_TRIALS = 8;

    /** A batch that died is taken to need this many times the limit. */
    private static final double DIED = 1.5;

    /** Bytes that a trial may commit without using, which a limit on address space has to allow. */
    private static final long COMMITTED = 256L << 20;

    /**
     * What came out.
     *
     * @param batch empty if not even one sequence fits, or a trial failed
     * @param peakBytes of the last trial; 0 if it has none
     * @param why why there is none, as part of a sentence
     */
    public record Fitted(OptionalInt batch, long peakBytes, String why) {

        /** The least limit under which this batch is an answer: its peak, and what is kept back. */
        public long leastLimitBytes() {
            return peakBytes + peakBytes / (RESERVED_FRACTION - 1);
        }
    }

    private ForkMemory() {}

    /**
     * Tries forks of a search's pass on a CPU.
     *
     * @param result a search that found a largest batch
     * @param jvmOptions of a fork, its backend included
     * @param listener receives each trial's batch and outcome
     */
    public static Fitted fit(
            SearchResult result,
            MemoryLimit limit,
            List<String> jvmOptions,
            Duration timeout,
            BiConsumer<Integer, ProbeOutcome> listener) {
        ProbeRunner runner = ProbeRunner.ofForks(result.probed(), TRIAL, jvmOptions);
        MemoryGuard.Kind kind = LargestBatch.guardHere(result.probed());
        try (OnShutdown hook = OnShutdown.run("mfu-trial-shutdown", runner::stop)) {
            return fit(result, limit.bytes(), batch -> {
                MemoryGuard guard =
                        MemoryGuard.of(kind, limit.ceilingBytes(), COMMITTED).orElseThrow();
                ProbeOutcome outcome = runner.run(batch, limit.bytes(), guard, timeout);
                listener.accept(batch, outcome);
                return outcome;
            });
        }
    }

    /** @param fork tries one fork of a batch */
    static Fitted fit(SearchResult result, long limitBytes, IntFunction<ProbeOutcome> fork) {
        long wanted = limitBytes - limitBytes / RESERVED_FRACTION;
        double known = result.line().fixedBytes();
        int batch = result.largestBatch().orElseThrow();
        for (int trial = 0; trial < MOST_TRIALS; trial++) {
            ProbeOutcome outcome = fork.apply(batch);
            boolean died = outcome instanceof ProbeOutcome.OutOfMemory;
            if (outcome.use().isEmpty() && !died) {
                return new Fitted(
                        OptionalInt.empty(), 0, "a trial of a fork at batch " + batch + " failed: " + outcome);
            }
            double peak = died ? DIED * limitBytes : outcome.use().orElseThrow().peakBytes();
            if (peak <= wanted || (batch == 1 && peak <= limitBytes)) {
                return new Fitted(OptionalInt.of(batch), (long) peak, "");
            }
            if (batch == 1) {
                return new Fitted(
                        OptionalInt.empty(),
                        died ? 0 : (long) peak,
                        "a fork of batch 1, which also proves its work, needs "
                                + (died ? "more than there is" : MemorySize.inWords((long) peak)));
            }
            double fixed = Double.isFinite(known) ? Math.min(known, (double) wanted) : 0;
            double perSequence = (peak - fixed) / batch;
            batch = (int) Math.max(1, Math.min(batch - 1, Math.floor((wanted - fixed) / perSequence)));
        }
        return new Fitted(OptionalInt.empty(), 0, "no batch was found in " + MOST_TRIALS + " trials of a fork");
    }
}
