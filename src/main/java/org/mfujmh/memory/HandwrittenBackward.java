package org.mfujmh.memory;

import org.mfujmh.model.Loss;

/** Forward and backward of a handwritten program for CPUs, whose buffers are all alive at the end. */
final class HandwrittenBackward {
    private static final long FP32 = 4;

    /** log_sum_exp widens so many tokens at a time, in the memory of the gradient of a piece. */
    private static final long COLUMNS = 32;

    private HandwrittenBackward() {}

    /**
     * The end, where most is alive.
     *
     * @param saved bytes of activations that backward reads
     * @param chunk words of the vocabulary whose gradient of the loss exists in fp32 at a time
     * @param workspace bytes of all other buffers
     */
    static Moment end(MemoryPlan plan, long saved, long chunk, long workspace) {
        long n = plan.batchTokens();
        long vocabulary = plan.model().vocabulary();
        long widened = Math.max(chunk * n, Math.min(COLUMNS, n) * vocabulary) * FP32;
        long logits = plan.loss() == Loss.CROSS_ENTROPY ? Math.addExact(n * vocabulary * plan.narrow(), widened) : 0;
        return Moment.named("the end of backward")
                .plus(MemoryTerm.GRADIENTS, Math.multiplyExact(plan.model().parameters(), plan.narrow()))
                .plus(MemoryTerm.ACTIVATIONS, saved)
                .plus(MemoryTerm.LOGITS, logits)
                .plus(MemoryTerm.WORKSPACE, workspace);
    }
}
