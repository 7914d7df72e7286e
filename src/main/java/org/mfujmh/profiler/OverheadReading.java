package org.mfujmh.profiler;

/**
 * Passes the overhead of an invocation from the benchmark's state to the profiler, which JMH runs on another thread: see
 * {@link RooflineReading}.
 */
public final class OverheadReading {
    private static int operators;
    private static double callSeconds = Double.NaN;
    private static double operatorSeconds = Double.NaN;

    private OverheadReading() {}

    /** Called by the proof of work, with the operators that one invocation runs, callers and called alike. */
    public static synchronized void operators(int ofAnInvocation) {
        operators = ofAnInvocation;
    }

    /** Called by the state, with the seconds of an empty call and of an operator that computes next to nothing. */
    public static synchronized void set(double ofACall, double ofAnOperator) {
        callSeconds = ofACall;
        operatorSeconds = ofAnOperator;
    }

    /** Seconds of an empty call; NaN where none was measured. */
    static synchronized double callSeconds() {
        return callSeconds;
    }

    /** Seconds that an invocation takes besides its work; NaN where that was not measured. */
    static synchronized double seconds() {
        return callSeconds + operators * operatorSeconds;
    }
}
