package org.mfujmh.suite.plan;

import org.mfujmh.model.Architecture;
import org.mfujmh.model.Pass;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassParams;

/** How long a fork of a combination takes, guessed before any has run: for the time that is left. */
public final class ForkTime {

    /** A CPU core or two; a wrong guess only weighs the combinations wrongly against each other until they ran. */
    public static final double UNKNOWN_FLOPS_PER_SECOND = 2e11;

    /** A JVM, libtorch, and what both do before there is a model. */
    private static final double START_SECONDS = 2.5;
    /** Random numbers drawn a second: each weight is one. */
    private static final double DRAWN_PER_SECOND = 1e8;

    private ForkTime() {}

    /**
     * Seconds of one fork.
     *
     * @param flopsPerSecond how fast the device multiplies
     */
    public static double seconds(Combination combination, Timing timing, double flopsPerSecond) {
        if (!combination.isPass()) {
            return timing.forkSeconds(0, START_SECONDS);
        }
        PassParams params = combination.passParams();
        Architecture model = Models.named(params.model());
        double flops = 2.0
                * model.matmulWeights()
                * params.sequences()
                * params.seqLen()
                * (combination.pass() == Pass.FORWARD_BACKWARD ? 3 : 1);
        double pass = flops / flopsPerSecond;
        // The proof of work is a pass too, the first and slowest.
        return timing.forkSeconds(pass, START_SECONDS + model.parameters() / DRAWN_PER_SECOND + 1.5 * pass);
    }
}
