package org.mfujmh.engine;

import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * Detects a pass that returns before the device has finished it. A tiny product is timed by itself and right after a
 * pass; if the device is still busy, the product has to wait.
 *
 * <p>The pass has to be long enough. Launching a pass of batch 1 takes longer than computing it, so nothing is left to
 * wait for when it returns, whether or not the program waits. {@link #grow} finds a batch that tells.
 */
public final class SynchronisationCheck {

    /** The fastest of a few rounds counts, because background load can only slow a round down. */
    private static final int ROUNDS = 4;

    /** Long passes are timed fewer times: what delays the tiny product does not grow with the pass. */
    private static final double MOST_SECONDS = 1;

    /**
     * Delays that have nothing to do with the pass: the tiny product takes about 0.1 ms, and another process on the
     * device or on the CPU can hold it up for about 1 ms.
     */
    private static final double ALLOWED_SECONDS = 0.001;

    /**
     * A pass that does not wait returns after launching its kernels. At a batch that fills a GPU, computing takes
     * several times as long as launching, so the wait is then more than 100 % of the time until the return; a pass that
     * waits leaves next to 0 %. Below 20 % a missing wait would change tokens/s by less than 20 %.
     */
    private static final double ALLOWED_SHARE = 0.2;

    /**
     * A pass that takes this long, and several times as long as at batch 1, is limited by computing and not by
     * launching kernels.
     */
    private static final double LONG_SECONDS = 0.030;

    private static final double LONG_FACTOR = 5;

    /** Launching never takes that long, so the factor need not be reached. */
    private static final double CERTAINLY_LONG_SECONDS = 0.5;

    /** Passes of one batch. */
    public interface Passes extends AutoCloseable {
        /** Runs one pass. */
        void run();

        @Override
        void close();
    }

    /**
     * What was measured, each the fastest of its rounds.
     *
     * @param passSeconds until the pass returned
     * @param aloneSeconds the tiny product on an idle device
     * @param afterSeconds the tiny product right after a pass
     */
    public record ReturnTiming(double passSeconds, double aloneSeconds, double afterSeconds) {

        /** How long the device went on working after the pass had returned. */
        public double waitSeconds() {
            return Math.max(0, afterSeconds - aloneSeconds);
        }

        /** Until the device had finished the pass. */
        double finishedSeconds() {
            return passSeconds + waitSeconds();
        }

        /** Whether the pass returned only when the device had finished. */
        public boolean synchronised() {
            return waitSeconds() <= ALLOWED_SECONDS + ALLOWED_SHARE * passSeconds;
        }

        /**
         * Says in a sentence that the pass did not wait; empty if it did.
         *
         * @param pass its name
         */
        public Optional<String> fault(String pass) {
            return synchronised()
                    ? Optional.empty()
                    : Optional.of(String.format(
                            Locale.ROOT,
                            "%s returned after %.1f ms, but the GPU worked %.1f ms longer: the program does not wait for the device",
                            pass,
                            1e3 * passSeconds,
                            1e3 * waitSeconds()));
        }
    }

    /**
     * The largest batch that {@link #grow} ran.
     *
     * @param batch sequences
     * @param timing at that batch
     * @param inconclusive why that batch may be too small to tell; empty if it is large enough
     */
    public record Grown(int batch, ReturnTiming timing, String inconclusive) {

        /** @param tokens in a sequence */
        public String inWords(int tokens) {
            String caveat = inconclusive.isEmpty() ? "" : "; this may be too short to tell: " + inconclusive;
            return String.format(
                    Locale.ROOT,
                    "a pass of %d x %d tokens takes %.3f ms; a tiny product %.3f ms by itself, %.3f ms right after a pass%s",
                    batch,
                    tokens,
                    1e3 * timing.passSeconds,
                    1e3 * timing.aloneSeconds,
                    1e3 * timing.afterSeconds,
                    timing.fault("; the pass").orElse(caveat));
        }
    }

    private final Runnable tiny;
    private final LongSupplier nanoTime;

    /** @param tiny runs a tiny product on the device of the passes and waits for its result */
    public SynchronisationCheck(Runnable tiny) {
        this(tiny, System::nanoTime);
    }

    SynchronisationCheck(Runnable tiny, LongSupplier nanoTime) {
        this.tiny = tiny;
        this.nanoTime = nanoTime;
    }

    /** Times passes and the tiny product, some rounds of both. */
    public ReturnTiming measure(Runnable pass) {
        tiny.run();
        long began = nanoTime.getAsLong();
        ReturnTiming best =
                new ReturnTiming(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        for (int round = 0; round < ROUNDS; round++) {
            double alone = seconds(tiny);
            double until = seconds(pass);
            double after = seconds(tiny);
            best = new ReturnTiming(
                    Math.min(best.passSeconds, until),
                    Math.min(best.aloneSeconds, alone),
                    Math.min(best.afterSeconds, after));
            if ((nanoTime.getAsLong() - began) / 1e9 > MOST_SECONDS) {
                break;
            }
        }
        return best;
    }

    /**
     * Doubles the batch from 1 until a pass is bound by computing, and measures there. Stops earlier at the largest
     * batch allowed, and where a batch fails, as for want of memory.
     *
     * @param batches makes the passes of a batch; they are closed here
     * @param most the largest batch allowed
     */
    public Grown grow(IntFunction<Passes> batches, int most) {
        ReturnTiming first = measure(batches, 1);
        ReturnTiming last = first;
        int batch = 1;
        while (!isLong(last, first)) {
            if (batch > most / 2) {
                return new Grown(batch, last, "larger batches are not tried");
            }
            try {
                last = measure(batches, 2 * batch);
            } catch (RuntimeException failed) {
                String why = String.valueOf(failed.getMessage()).contains("out of memory")
                        ? "out of memory"
                        : failed.toString();
                return new Grown(batch, last, "batch " + 2 * batch + " failed: " + why);
            }
            batch *= 2;
        }
        return new Grown(batch, last, "");
    }

    private ReturnTiming measure(IntFunction<Passes> batches, int batch) {
        try (Passes passes = batches.apply(batch)) {
            return measure(passes::run);
        }
    }

    private static boolean isLong(ReturnTiming timing, ReturnTiming first) {
        double seconds = timing.finishedSeconds();
        return seconds >= CERTAINLY_LONG_SECONDS
                || (seconds >= LONG_SECONDS && seconds >= LONG_FACTOR * first.finishedSeconds());
    }

    private double seconds(Runnable work) {
        long start = nanoTime.getAsLong();
        work.run();
        return (nanoTime.getAsLong() - start) / 1e9;
    }
}
