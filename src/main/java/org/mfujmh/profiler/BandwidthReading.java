package org.mfujmh.profiler;

/**
 * Passes the bandwidth roofline around the current iteration from the benchmark's state to the profiler, as {@link
 * RooflineReading} does the GEMM roofline.
 */
public final class BandwidthReading {
    private static final AroundIteration READING = new AroundIteration();

    private BandwidthReading() {}

    /**
     * Called by the state in the set-up of an iteration.
     *
     * @param bytesPerSecond from median times
     * @param bestBytesPerSecond from best times
     */
    public static synchronized void before(double bytesPerSecond, double bestBytesPerSecond) {
        READING.before(new AroundIteration.Speeds(bytesPerSecond, bestBytesPerSecond));
    }

    /** Called by the state when the iteration has ended. */
    public static synchronized void after(double bytesPerSecond, double bestBytesPerSecond) {
        READING.after(new AroundIteration.Speeds(bytesPerSecond, bestBytesPerSecond));
    }

    /** Called by the profiler after the iteration, in bytes per second. */
    static synchronized AroundIteration.Speeds current() {
        return READING.current();
    }
}
