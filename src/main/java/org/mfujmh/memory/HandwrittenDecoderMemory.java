package org.mfujmh.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Block;
import org.mfujmh.model.FeedForward;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;

/**
 * The handwritten program for decoders on CPUs, {@code handwritten_decoder.py}. Its buffers are named and outlive the pass,
 * so that all that a pass has touched is alive at its end. With N tokens, width d, H heads of queries and G of keys and
 * values of c columns, and an MLP whose first product has u outputs and whose second n inputs, backward keeps a layer
 * N (2 d + (2 H + 2 G) c + u) numbers: stream, query key and value, context, middle, up; and 2 N d more where norms follow.
 * What a forward pass alone needs lies within the logits' buffer as far as it fits. With k experts a token it is k u in place
 * of u, and the router's numbers; N k d more are there once; what else an MLP needs is of one expert's tokens at a time.
 */
final class HandwrittenDecoderMemory {
    /** Queries in a block of attention. */
    private static final long BLOCK_SIZE = 128;

    private final MemoryPlan plan;
    private final long n;
    private final long t;
    private final long d;
    private final long vocabulary;
    private final long s;
    /** Columns of all heads of queries, and of keys. */
    private final long queries;

    private final long keys;
    /** Outputs of an MLP's first product, the most of all blocks. */
    private final long up;
    /** Numbers that one MLP's first product gives, and that enter its second; of experts those of one. */
    private final long ups;

    private final long inners;
    /** Experts that a token passes through; 0: none. */
    private final long used;

    private final boolean normAfter;
    private final boolean normsKeys;
    private final long scores;

    private HandwrittenDecoderMemory(MemoryPlan plan) {
        this.plan = plan;
        Architecture model = plan.model();
        Block block = model.blocks().get(0);
        Attention.Grouped attention = (Attention.Grouped) block.attention();
        n = plan.batchTokens();
        t = plan.tokens();
        d = model.width();
        vocabulary = model.vocabulary();
        s = plan.narrow();
        queries = (long) attention.heads() * attention.headWidth();
        keys = (long) attention.keyValueHeads() * attention.headWidth();
        up = most(one -> mlp(one).upWidth());
        ups = most(one -> rows(one) * mlp(one).upWidth());
        inners = most(one -> rows(one) * mlp(one).inner());
        used = most(one -> one instanceof FeedForward.Experts experts ? experts.used() : 0);
        normAfter = block.placement().after();
        normsKeys = attention.queryKeyNorm() != Attention.QueryKeyNorm.NONE;
        scores = attention.heads() * Math.min(BLOCK_SIZE, t) * t;
    }

    private long most(ToLongFunction<FeedForward> of) {
        return plan.model().distinctBlocks().keySet().stream()
                .map(Block::feedForward)
                .mapToLong(of)
                .max()
                .orElseThrow();
    }

    private static FeedForward.Mlp mlp(FeedForward feedForward) {
        return feedForward instanceof FeedForward.Experts experts ? experts.expert() : (FeedForward.Mlp) feedForward;
    }

    /** Tokens that an MLP multiplies at a time: the most popular expert has some twice its share. */
    private long rows(FeedForward feedForward) {
        return feedForward instanceof FeedForward.Experts experts
                ? Math.min(n, 2 * n * experts.used() / experts.count() + 1)
                : n;
    }

    /** Numbers that backward keeps of a second half besides those of every block. */
    private long keeps(FeedForward feedForward) {
        if (!(feedForward instanceof FeedForward.Experts experts)) {
            return n * mlp(feedForward).upWidth();
        }
        long ofUps = plan.checkpointed() ? 0 : experts.used() * experts.expert().upWidth();
        return n * (experts.count() + ofUps);
    }

    static List<Moment> moments(MemoryPlan plan) {
        HandwrittenDecoderMemory memory = new HandwrittenDecoderMemory(plan);
        return plan.pass().hasBackward() ? memory.backward() : memory.forward();
    }

    private List<Moment> forward() {
        long logits = Math.multiplyExact(plan.headTokens(), vocabulary * s);
        long free = plan.pass() == MemoryPass.PREFILL ? 0 : logits; // those of few tokens hold no other buffer
        long wide = Math.max(inners, plan.backend() == Backend.FLASH ? 0 : scores);
        List<Long> buffers = new ArrayList<>(List.of(n * d, n * d, n * queries)); // stream, middle, context
        buffers.addAll(List.of(Math.max(ups, n * (queries + 2 * keys)), wide));
        buffers.addAll(List.of(n * queries, n * keys, n * queries)); // queries, turned keys, swapped
        if (normAfter) {
            buffers.addAll(List.of(n * d, n * d)); // attended, fed
        }
        if (normsKeys) {
            buffers.addAll(List.of(n * queries, n * keys)); // as they enter their norms
        }
        buffers.addAll(List.of(t * keys, t * keys, t * keys)); // v, keys, values
        if (used > 0) {
            buffers.addAll(List.of(n * d, n * used * d)); // fed, through
        }
        long outside = LogitsBuffer.outside(buffers, s, free);
        long fresh = n * Math.max(d, normsKeys ? queries : 0) * s; // a norm's result
        return List.of(Moment.named("the head")
                .plus(MemoryTerm.LOGITS, logits)
                .plus(MemoryTerm.WORKSPACE, Math.addExact(outside, fresh + Math.min(BLOCK_SIZE, t) * queries * s)));
    }

    private List<Moment> backward() {
        long layers = plan.model().layers();
        long ofBlock = n * (d + 2 * queries + 2 * keys + (normAfter ? 2 * d : 0)) * s;
        long stream = n * d * s;
        long ofUps = plan.checkpointed()
                ? most(this::keeps)
                : plan.model().blocks().stream()
                        .mapToLong(block -> keeps(block.feedForward()))
                        .reduce(0, Math::addExact);
        long blocks = Math.addExact(
                plan.checkpointed() ? ofBlock : Math.multiplyExact(layers, ofBlock), Math.multiplyExact(ofUps, s));
        long saved = Math.addExact(blocks, Math.multiplyExact(layers + 1, stream));
        boolean crossEntropy = plan.loss() == Loss.CROSS_ENTROPY;
        long chunk = Math.max(up, Math.max(d, queries + 2 * keys));
        long ofHead = crossEntropy && plan.precision() == Precision.FP32 ? 0 : chunk * n;
        long wide = Math.max(inners, scores);
        long scratch = Math.max(wide, ofHead);
        long dwide = Math.max(ups, n * (queries + 2 * keys));
        // What goes through experts, one expert's input, their sum; and where it is computed again, what the first
        // product
        // gives, which shares its buffer with queries, keys and values of a forward pass alone.
        long experts = used == 0 ? 0 : n * (used + 1) * d + most(this::rows) * d + (plan.checkpointed() ? ups : 0);
        // Queries and their gradient, what is swapped, the gradient of the context; keys and theirs.
        long attention = n * (4 * queries + 2 * keys) + 6 * t * keys + 2 * Math.min(BLOCK_SIZE, t) * queries;
        long norms = n * Math.max(d, normsKeys ? queries : 0); // a gradient with its scale
        long ofKeyNorms = normsKeys ? 2 * n * (queries + keys) : 0;
        long others = (2 * n * d + wide + scratch + dwide + experts + attention + norms + ofKeyNorms) * s;
        long fresh = 2 * norms * s; // a norm's result and its gradient
        return List.of(HandwrittenBackward.end(plan, saved, chunk, Math.addExact(others, fresh)));
    }
}
