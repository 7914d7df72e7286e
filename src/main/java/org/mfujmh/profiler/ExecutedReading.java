package org.mfujmh.profiler;

/**
 * Passes the FLOPs that one invocation really executes from the benchmark's proof of work to the profiler, which JMH runs
 * on another thread: see {@link RooflineReading}.
 */
public final class ExecutedReading {
    private static double flops = Double.NaN;

    private ExecutedReading() {}

    /** Called by the state after the proof of work, with the FLOPs of all matrix products of one invocation. */
    public static synchronized void set(double flopsPerInvocation) {
        flops = flopsPerInvocation;
    }

    /** FLOPs of one invocation; NaN before a proof of work. */
    static synchronized double flops() {
        return flops;
    }
}
