package org.mfujmh.memory;

import java.util.ArrayList;
import java.util.List;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Loss;

/**
 * The handwritten program for CPUs, {@code handwritten_gpt.py}. Its buffers are named and outlive the pass, so that all that
 * a pass has touched is alive at its end. With N tokens, width d, s bytes a number and p those of a number that is
 * multiplied, backward keeps 10 N d a layer: stream, query, key and value, context, middle, and the MLP's up. What a
 * forward pass alone needs lies within the logits' buffer as far as it fits.
 */
final class HandwrittenMemory {
    private static final long FP32 = 4;

    /** Queries in a block of attention: {@code block_size} of gpt.py. */
    private static final long BLOCK_SIZE = 128;

    /** Tokens that a forward pass in 16 bits takes at a time. */
    private static final long GROUP = 1024;

    private final MemoryPlan plan;
    private final long n;
    private final long t;
    private final long d;
    private final long heads;
    private final long vocabulary;
    private final long s;
    private final long p;
    private final boolean upcast;

    private HandwrittenMemory(MemoryPlan plan) {
        this.plan = plan;
        Architecture model = plan.model();
        n = plan.batchTokens();
        t = plan.pass() == MemoryPass.DECODE ? 1 : plan.tokens();
        d = model.width();
        heads = model.heads();
        vocabulary = model.vocabulary();
        s = plan.narrow();
        p = plan.wide();
        upcast = plan.upcast();
    }

    static List<Moment> moments(MemoryPlan plan) {
        HandwrittenMemory memory = new HandwrittenMemory(plan);
        return plan.pass().hasBackward() ? memory.backward() : memory.forward();
    }

    private List<Moment> forward() {
        long logits = Math.multiplyExact(plan.headTokens(), vocabulary * s);
        long free = plan.pass() == MemoryPass.PREFILL ? 0 : logits; // those of few tokens hold no other buffer
        boolean fresh = !upcast && p != FP32;
        long scores = heads * Math.min(BLOCK_SIZE, t) * t;
        List<Long> buffers = new ArrayList<>();
        if (!fresh) {
            buffers.addAll(List.of(n * d, n * d)); // stream, middle
        }
        buffers.add(n * d); // context
        if (!fresh) {
            buffers.add(4 * n * d); // inner
        }
        buffers.addAll(List.of(t * d, t * d, t * d, t * d)); // k, v, keys, values
        buffers.add(Math.max(fresh ? 0 : 4 * n * d, scores)); // wide
        long outside = LogitsBuffer.outside(buffers, p, free);
        long group = Math.min(n, Math.max(t, GROUP / t * t));
        long results = fresh ? 7 * group * d * s : 0; // of the operation in progress: each a fresh tensor
        long workspace = outside + Math.max(n * d * p, results) + Math.min(BLOCK_SIZE, t) * d * p + weightBuffer();
        return List.of(Moment.named("the head").plus(MemoryTerm.LOGITS, logits).plus(MemoryTerm.WORKSPACE, workspace));
    }

    private List<Moment> backward() {
        long layers = plan.model().layers();
        boolean checkpointed = plan.checkpointed();
        long perLayer = 10 * n * d * s;
        long saved = checkpointed ? Math.addExact(layers * n * d * s, perLayer) : Math.multiplyExact(layers, perLayer);
        saved = Math.addExact(saved, n * d * s);
        boolean crossEntropy = plan.loss() == Loss.CROSS_ENTROPY;
        long queries = Math.min(BLOCK_SIZE, t);
        long scores = heads * queries * t;
        long chunk = 4 * d;
        long wide = Math.max(4 * n * d, scores);
        long ofHead = crossEntropy && p == FP32 ? 0 : chunk * n * (crossEntropy ? s : p);
        long scratch = Math.max(Math.max(p == FP32 ? 4 * n * d : 0, scores) * p, ofHead);
        long shared = upcast ? 7 * n * d * p : 0;
        long attention = (7 * t * d + 2 * queries * d) * p;
        long others = (wide + 4 * n * d + 2 * n * d) * p + scratch + shared + attention + weightBuffer();
        long fresh = 2 * n * d * p; // a norm's result and its gradient
        return List.of(HandwrittenBackward.end(plan, saved, chunk, Math.addExact(others, fresh)));
    }

    /** Where products are widened, the largest matrix of a block in fp32. */
    private long weightBuffer() {
        return upcast ? 4 * d * d * FP32 : 0;
    }
}
