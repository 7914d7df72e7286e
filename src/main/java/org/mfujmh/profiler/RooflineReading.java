package org.mfujmh.profiler;

/**
 * What the benchmark's state measured beside the iteration that is running, for the profiler to
 * read after it. JMH runs the state on a worker thread and the profiler on the main one and gives
 * neither a way to the other: hence static state, one iteration a process, as a fork runs one benchmark.
 *
 * <p>A machine drifts while an iteration lasts, so the roofline is measured before it and after it,
 * and the iteration is held against both.
 */
public final class RooflineReading {

    /** Each of the two rooflines beside an iteration may take one such part of its time: a fifth together. */
    public static final int TIME_FRACTION = 10;

    /**
     * One reading.
     *
     * @param flopsPerSecond the GEMM roofline by median times, NaN where none was measured
     * @param bestFlopsPerSecond the GEMM roofline by best times, NaN where none was measured
     */
    public record RooflineSpeeds(double flopsPerSecond, double bestFlopsPerSecond) {
        /** No roofline: the benchmark is not a pass. */
        public static final RooflineSpeeds NONE = new RooflineSpeeds(Double.NaN, Double.NaN);
    }

    private static RooflineSpeeds before = RooflineSpeeds.NONE;
    private static RooflineSpeeds after = RooflineSpeeds.NONE;
    private static double bestOfFork = Double.NaN;

    private RooflineReading() {}

    /** Called by the state, in its set-up of an iteration. */
    public static synchronized void before(RooflineSpeeds reading) {
        before = noted(reading);
        after = RooflineSpeeds.NONE;
    }

    /** Called by the state, when the iteration has ended. */
    public static synchronized void after(RooflineSpeeds reading) {
        after = noted(reading);
    }

    /**
     * Called by the profiler, after the iteration.
     *
     * @return by median times, both readings together: as many FLOPs at each rate, that is their harmonic mean;
     *     by best times, the best that this fork ever saw, warm-up included
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
