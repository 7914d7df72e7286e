package org.mfujmh.engine.roofline;

import java.util.Arrays;

/**
 * Times an operation that one native call repeats, with enough repetitions that the call's own cost does not count.
 *
 * <p>The count is kept from one reading to the next, and every timed call is checked against it. The first call of a
 * reading is never timed: it also loads kernels and waits until the device has filled the operands, so it lasts long
 * with a single repetition and says nothing about the count.
 */
final class CallLength {

    /** Counts are passed as fp32 numbers, which hold every integer up to 2^24. */
    private static final int MOST = 1 << 24;

    /** Runs an operation that many times in one call and returns the seconds they took together. */
    interface RepeatedCall {
        double seconds(int repetitions);
    }

    private final double shortestSeconds;
    private int repetitions = 1;

    /** @param shortestSeconds what every timed call must last at least */
    CallLength(double shortestSeconds) {
        this.shortestSeconds = shortestSeconds;
    }

    /**
     * Times some calls. If one is too short, doubles the repetitions and times all of them again.
     *
     * @return sorted seconds of one repetition, one entry a call
     */
    double[] secondsOfOne(int calls, RepeatedCall call) {
        call.seconds(1);
        double[] seconds = new double[calls];
        int timed = 0;
        while (timed < calls) {
            double together = call.seconds(repetitions);
            if (together < shortestSeconds && repetitions < MOST) {
                repetitions *= 2;
                timed = 0;
            } else {
                seconds[timed] = together / repetitions;
                timed++;
            }
        }
        Arrays.sort(seconds);
        return seconds;
    }
}
