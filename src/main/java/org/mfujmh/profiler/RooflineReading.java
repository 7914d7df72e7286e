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

        private AroundIteration.Speeds speeds() {
            return new AroundIteration.Speeds(flopsPerSecond, bestFlopsPerSecond);
        }
    }

    private static final AroundIteration READING = new AroundIteration();

    private RooflineReading() {}

    /** Called by the state in the set-up of an iteration. */
    public static synchronized void before(RooflineSpeeds reading) {
        READING.before(reading.speeds());
    }

    /** Called by the state when the iteration has ended. */
    public static synchronized void after(RooflineSpeeds reading) {
        READING.after(reading.speeds());
    }

    /**
     * Called by the profiler after the iteration.
     *
     * @return from median times, the mean of both readings: what an iteration could do that spent equal times at each
     *     speed. From best times, the best of this fork so far, warm-up included
     */
    static synchronized RooflineSpeeds current() {
        AroundIteration.Speeds speeds = READING.current();
        return new RooflineSpeeds(speeds.median(), speeds.best());
    }
}
