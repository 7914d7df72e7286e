package org.mfujmh.memory;

import java.util.ArrayList;
import java.util.List;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Loss;

/**
 * The handwritten program for GPUs, {@code handwritten_gpu.py}. Results are fresh tensors; {@code block_saving} keeps 16 d
 * numbers a token, and of attention a number a head. The logits are one matrix, whose memory the gradient takes over. The
 * CUDA context and libtorch's cache come on top.
 */
final class GpuHandwrittenMemory {
    private static final long FP32 = 4;
    private static final long SAVED = 16;

    private GpuHandwrittenMemory() {}

    static List<Moment> moments(MemoryPlan plan) {
        Architecture model = plan.model();
        long n = plan.batchTokens();
        long d = model.width();
        long s = plan.narrow();
        long logits = Math.multiplyExact(plan.headTokens(), model.vocabulary() * s);
        if (!plan.pass().hasBackward()) {
            return List.of(
                    Moment.named("a block").plus(MemoryTerm.WORKSPACE, Math.multiplyExact(n, 10 * d * s)),
                    Moment.named("the head")
                            .plus(MemoryTerm.LOGITS, logits)
                            .plus(MemoryTerm.WORKSPACE, Math.multiplyExact(n, 2 * d * s)));
        }
        boolean checkpointed = plan.checkpointed();
        long block = Math.multiplyExact(n, SAVED * d * s + FP32 * model.heads() + 4 * FP32);
        long kept = checkpointed ? Math.multiplyExact(n, d * s) : block;
        long head = Math.multiplyExact((long) model.vocabulary(), d * s);
        // Cross-entropy widens the vocabulary to whole tiles, and with it the head's matrix.
        long copies = plan.loss() == Loss.CROSS_ENTROPY ? 2 * head : 0;
        List<Moment> moments = new ArrayList<>();
        moments.add(Moment.named("backward of the head")
                .plus(MemoryTerm.ACTIVATIONS, Math.addExact(kept * model.layers(), n * 2 * d * s))
                .plus(MemoryTerm.LOGITS, logits)
                .plus(MemoryTerm.GRADIENTS, head)
                .plus(MemoryTerm.WORKSPACE, copies + n * d * s));
        long ofBlock = Math.multiplyExact(12 * d * d + 13 * d, s);
        for (int left = model.layers(); left > 0; left--) {
            moments.add(Moment.named("backward of block " + left)
                    .plus(MemoryTerm.ACTIVATIONS, Math.addExact(kept * left, checkpointed ? block : 0))
                    .plus(MemoryTerm.GRADIENTS, head + (model.layers() - left + 1) * ofBlock)
                    .plus(MemoryTerm.WORKSPACE, Math.multiplyExact(n, 8 * d * s)));
        }
        moments.add(Moment.named("backward of the embedding")
                .plus(MemoryTerm.GRADIENTS, Math.multiplyExact(model.parameters(), s))
                .plus(MemoryTerm.WORKSPACE, n * d * s));
        return moments;
    }
}
