package org.mfujmh.profiler;

/**
 * What the benchmark's state measured beside the iteration that is running, for the profiler to
 * read after it. JMH runs the state on a worker thread and the profiler on the main one and gives
 * neither a way to the other: hence static state, one reading a process, as a fork runs one benchmark.
 */
public final class RooflineReading {

    /**
     * One reading.
     *
     * @param flopsPerSecond the GEMM roofline by median times, NaN where none was measured
     * @param bestFlopsPerSecond the GEMM roofline by best times, NaN where none was measured
     */
    public record Reading(double flopsPerSecond, double bestFlopsPerSecond) {
        /** No roofline: the benchmark is not a pass. */
        public static final Reading NONE = new Reading(Double.NaN, Double.NaN);
    }

    private static volatile Reading current = Reading.NONE;

    private RooflineReading() {}

    /** Called by the state, in its set-up of an iteration. */
    public static void set(Reading reading) {
        current = reading;
    }

    /** Called by the profiler, after the iteration. */
    static Reading current() {
        return current;
    }
}
