package org.mfujmh.suite.plan;

import org.mfujmh.model.Architecture;
import org.mfujmh.model.Pass;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassParams;

/** Estimates the duration of a fork before any has run, for the display of the remaining time. */
public final class ForkTime {

    /** Roughly one or two CPU cores. An error only distorts the weights of the combinations until they have run. */
    public static final double UNKNOWN_FLOPS_PER_SECOND = 2e11;

    /** Start-up of a JVM and libtorch, before the model is built. */
    private static final double START_SECONDS = 2.5;
    /** Random numbers drawn per second, one for each weight. */
    private static final double DRAWN_PER_SECOND = 1e8;

    private ForkTime() {}

    /**
     * Seconds of one fork.
     *
     * @param flopsPerSecond GEMM speed of the device
     */
    public static double seconds(Combination combination, Timing timing, double flopsPerSecond) {
        if (!combination.isPass()) {
            return timing.forkSeconds(0, START_SECONDS);
        }
        PassParams params = combination.passParams();
        Architecture model = Models.named(params.model());
        boolean decodes = combination.pass() == Pass.DECODE;
        double flops = 2.0
                * model.matmulWeights()
                * params.sequences()
                * (decodes ? 1 : params.seqLen())
                * params.training().accumulation()
                * (combination.pass().computesGradients() ? 3 : 1);
        double pass = flops / flopsPerSecond;
        // The proof of work is a pass too, the first and slowest; decoding, the prompt goes through the model twice.
        // The
        // optimizer's proof is two more steps, and with micro batches two more rounds of them, each by itself.
        int more = combination.trainingStep().isEmpty() ? 0 : params.training().accumulation() > 1 ? 4 : 2;
        double proof = decodes ? 2 * pass * params.seqLen() : (1.5 + more) * pass;
        return timing.forkSeconds(pass, START_SECONDS + model.parameters() / DRAWN_PER_SECOND + proof);
    }
}
