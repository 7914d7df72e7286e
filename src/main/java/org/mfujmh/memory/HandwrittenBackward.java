package org.mfujmh.memory;

import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;

/** Forward and backward of a handwritten program for CPUs, whose buffers are all alive at the end. */
final class HandwrittenBackward {
    private static final long FP32 = 4;

    /** log_sum_exp widens so many tokens at a time, in the memory of the gradient of a piece. */
    private static final long COLUMNS = 32;

    /** Numbers of a piece's gradient that cross_entropy_back computes in fp32 at a time where products take 16 bits. */
    private static final long WIDENED = 524_288;

    private HandwrittenBackward() {}

    /**
     * The end, where most is alive.
     *
     * @param saved bytes of activations that backward reads
     * @param chunk words of the vocabulary whose gradient of the loss exists at a time
     * @param workspace bytes of all other buffers
     */
    static Moment end(MemoryPlan plan, long saved, long chunk, long workspace) {
        long n = plan.batchTokens();
        long vocabulary = plan.model().vocabulary();
        boolean narrow = plan.precision() != Precision.FP32 && plan.gemm() != Gemm.UPCAST;
        long words = narrow ? Math.min(chunk, Math.max(1, WIDENED / n)) : chunk;
        long widened = Math.max(words * n, Math.min(COLUMNS, n) * vocabulary) * FP32;
        long logits = plan.loss() == Loss.CROSS_ENTROPY ? Math.addExact(n * vocabulary * plan.narrow(), widened) : 0;
        return Moment.named("the end of backward")
                .plus(MemoryTerm.GRADIENTS, Math.multiplyExact(plan.model().parameters(), plan.narrow()))
                .plus(MemoryTerm.ACTIVATIONS, saved)
                .plus(MemoryTerm.LOGITS, logits)
                .plus(MemoryTerm.WORKSPACE, workspace);
    }
}
