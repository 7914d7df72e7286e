package org.mfujmh.profiler;

/**
 * Passes the roofline around the current iteration from the benchmark's state to the profiler. JMH runs the state on a
 * worker thread and the profiler on the main thread without a connection between them, so the reading is static; a fork
 * runs one benchmark and one iteration at a time.
 *
 * <p>The machine may drift during an iteration, so the roofline is measured before and after it, and both readings
 * count.
 */
public final class RooflineReading {

    /** Each of the two rooflines of an iteration may take this fraction of its time; together a fifth. */
    public static final int TIME_FRACTION = 10;

    /**
     * One reading.
     *
     * @param flopsPerSecond GEMM roofline from median times, NaN if not measured
     * @param bestFlopsPerSecond GEMM roofline from best times, NaN if not measured
     */
    public record RooflineSpeeds(double flopsPerSecond, double bestFlopsPerSecond) {
        /** No roofline, since the benchmark is not a pass. */
        public static final RooflineSpeeds NONE = new RooflineSpeeds(Double.NaN, Double.NaN);
    }

    private static RooflineSpeeds before = RooflineSpeeds.NONE;
    private static RooflineSpeeds after = RooflineSpeeds.NONE;
    private static double bestOfFork = Double.NaN;

    private RooflineReading() {}

    /** Called by the state in the set-up of an iteration. */
    public static synchronized void before(RooflineSpeeds reading) {
        before = noted(reading);
        after = RooflineSpeeds.NONE;
    }

    /** Called by the state when the iteration has ended. */
    public static synchronized void after(RooflineSpeeds reading) {
        after = noted(reading);
    }

    /**
     * Called by the profiler after the iteration.
     *
     * @return from median times, the harmonic mean of both readings, which is the rate for equal FLOPs at each; from
     *     best times, the best of this fork so far, warm-up included
     */
    static synchronized RooflineSpeeds current() {
        double together = Double.isNaN(after.flopsPerSecond)
                ? before.flopsPerSecond
                : 2 / (1 / before.flopsPerSecond + 1 / after.flopsPerSecond);
        return new RooflineSpeeds(together, Double.isNaN(before.flopsPerSecond) ? Double.NaN : bestOfFork);
    }

    private static RooflineSpeeds noted(RooflineSpeeds reading) {
        if (!(reading.bestFlopsPerSecond <= bestOfFork)) {
            bestOfFork = reading.bestFlopsPerSecond;
        }
        return reading;
    }
}
