package org.mfujmh.memory;

import java.util.List;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;

/** Forward and backward of a handwritten program for CPUs: the moments of its loss and of its end. */
final class HandwrittenBackward {
    private static final long FP32 = 4;

    /** log_sum_exp widens so many tokens at a time. */
    private static final long COLUMNS = 128;

    private HandwrittenBackward() {}

    /**
     * The end, and before it, of cross-entropy, the loss: there all logits exist, and some of them in fp32.
     *
     * @param saved bytes of activations that backward reads
     * @param chunk words of the vocabulary whose gradient of the loss exists in fp32 at a time
     * @param atLoss bytes of the buffers in use by then
     * @param atEnd bytes of all buffers
     */
    static List<Moment> moments(MemoryPlan plan, long saved, long chunk, long atLoss, long atEnd) {
        boolean crossEntropy = plan.loss() == Loss.CROSS_ENTROPY;
        long n = plan.batchTokens();
        long vocabulary = plan.model().vocabulary();
        long logits = n * vocabulary * plan.narrow();
        Moment end = Moment.named("the end of backward")
                .plus(MemoryTerm.GRADIENTS, Math.multiplyExact(plan.model().parameters(), plan.narrow()))
                .plus(MemoryTerm.ACTIVATIONS, saved)
                .plus(MemoryTerm.LOGITS, crossEntropy ? Math.addExact(logits, chunk * n * FP32) : 0)
                .plus(MemoryTerm.WORKSPACE, atEnd);
        if (!crossEntropy) {
            return List.of(end);
        }
        long exponentials = Math.min(COLUMNS, n) * vocabulary * FP32 * (plan.precision() == Precision.FP32 ? 1 : 2);
        return List.of(
                Moment.named("the loss")
                        .plus(MemoryTerm.ACTIVATIONS, saved)
                        .plus(MemoryTerm.LOGITS, logits + exponentials)
                        .plus(MemoryTerm.WORKSPACE, atLoss),
                end);
    }
}
