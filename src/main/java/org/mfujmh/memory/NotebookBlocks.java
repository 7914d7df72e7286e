package org.mfujmh.memory;

import org.mfujmh.model.Block;

/**
 * Blocks of the notebook's program: {@code book_block} of {@code gpt.py}, by autograd. A token keeps, with d the width, H
 * heads and T tokens:
 *
 * <pre>
 * norm, twice    x, x - mean, (x - mean) / deviation, and the result                                  4 d each
 * attention      queries, keys and values head by head, context 4 d; probabilities                    4 d + H T
 * MLP            x, tanh, 1 + tanh, x / 2, and their product: each 4 d                                     20 d
 * </pre>
 */
final class NotebookBlocks implements BlockMemory {
    private static final long FP32 = 4;

    private final MemoryPlan plan;
    private final long tokens;
    private final long d;
    private final long s;
    private final long w;

    NotebookBlocks(MemoryPlan plan) {
        this.plan = plan;
        tokens = plan.batchTokens();
        d = plan.model().width();
        s = plan.narrow();
        w = plan.wide();
    }

    @Override
    public long saved(Block block) {
        long scores = (long) block.attention().heads() * plan.tokens();
        // Where products are widened the factors are kept in fp32, the results of norm, softmax and MLP in 16 bits too.
        long widened = plan.upcast() ? scores * w + 10 * d * w : 10 * d * s;
        long perToken = 22 * d * s + widened + scores * s;
        long matrices = plan.upcast() ? 12 * d * d * FP32 : 0;
        long context = plan.model().context();
        return Math.addExact(Math.multiplyExact(tokens, perToken), matrices + context * context);
    }

    @Override
    public long inForward(Block block) {
        long scores = (long) block.attention().heads() * plan.tokens();
        long attention = 6 * d * s + 3 * scores * s + (plan.upcast() ? scores * w : 0);
        long mlp = 2 * d * s + 4 * 4 * d * s;
        return Math.multiplyExact(tokens, Math.max(attention, mlp)) + (plan.upcast() ? 4 * d * d * FP32 : 0);
    }

    @Override
    public long inBackward(Block block) {
        return Math.multiplyExact(tokens, 10 * d * s) + (plan.upcast() ? 4 * d * d * FP32 : 0);
    }

    @Override
    public long savedByHead() {
        long head = plan.upcast() ? Math.multiplyExact((long) plan.model().vocabulary(), d * FP32) : 0;
        return Math.multiplyExact(tokens, 3 * d * s + d * w) + head;
    }
}
