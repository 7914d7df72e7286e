package org.mfujmh.memory;

import org.mfujmh.model.Activation;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Block;
import org.mfujmh.model.FeedForward;
import org.mfujmh.model.Norm;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Program;
import org.mfujmh.model.Tensor;

/**
 * Blocks of {@code decoder.py} and of the fused form of {@code gpt.py}, by autograd of libtorch 2.7.1: each operation
 * keeps the arguments that its derivative reads.
 *
 * <p>With d the width, Q = H h the columns of queries, K = g h those of keys, F an MLP's inner width, s bytes a number and
 * w those of a number that is multiplied, a token keeps:
 *
 * <pre>
 * layer norm        input d s, mean and deviation 8
 * RMS norm          in fp32: input 4 d, input / rms 4 d, rms 4
 * linear            input, w a column; where products are widened also the widened matrix
 * attention         q, k, v, output and log of the sum of exp; keys and values once a query head where these share them
 * MLP               act(x) reads its input, the gate's product both factors: gated 4 F, else 2 F
 * experts           the same of each expert used, their inputs and outputs
 * </pre>
 */
final class AutogradBlocks implements BlockMemory {
    private static final long FP32 = 4;
    private static final long INT64 = 8;

    private final MemoryPlan plan;
    private final Architecture model;
    private final long tokens;
    private final long d;
    private final long s;
    private final long w;
    private final boolean upcast;

    AutogradBlocks(MemoryPlan plan) {
        this.plan = plan;
        model = plan.model();
        tokens = plan.batchTokens();
        d = model.width();
        s = plan.narrow();
        w = plan.wide();
        upcast = plan.upcast();
    }

    @Override
    public long saved(Block block) {
        long norms = 0;
        if (block.placement().before()) {
            norms += 2 * normSaves(block.norm(), d);
        }
        if (block.placement().after()) {
            norms += 2 * normSaves(block.norm(), d);
        }
        // The inputs of the two halves' first products; without a norm before it is the residual stream itself.
        long inputs = 2 * d * w;
        long perToken = norms + inputs + attentionSaves(block) + feedForwardSaves(block.feedForward());
        return Math.addExact(Math.multiplyExact(tokens, perToken), widened(block) + masks(block.attention()));
    }

    @Override
    public long inForward(Block block) {
        long stream = 2 * d * s;
        return Math.multiplyExact(
                        tokens, stream + Math.max(attentionTakes(block), feedForwardTakes(block.feedForward())))
                + largestWidened(block);
    }

    @Override
    public long inBackward(Block block) {
        long gradients = 2 * d * w;
        FeedForward feedForward = block.feedForward();
        long inner = feedForward instanceof FeedForward.Mlp mlp
                ? mlp.inner()
                : (long) ((FeedForward.Experts) feedForward).expert().inner();
        return Math.multiplyExact(tokens, gradients + 2 * inner * w) + largestWidened(block);
    }

    @Override
    public long savedByHead() {
        long widenedHead = upcast ? Math.multiplyExact((long) model.vocabulary(), d * FP32) : 0;
        return Math.addExact(Math.multiplyExact(tokens, normSaves(model.finalNorm(), d) + d * w), widenedHead);
    }

    private long normSaves(Norm norm, long width) {
        return norm.formula() == Norm.Formula.LAYER ? width * s + 2 * FP32 : 2 * width * FP32 + FP32;
    }

    private long attentionSaves(Block block) {
        Attention attention = block.attention();
        if (!(attention instanceof Attention.Grouped grouped)) {
            return latentSaves((Attention.Latent) attention);
        }
        long queries = (long) grouped.heads() * grouped.headWidth();
        long keys = (long) grouped.keyValueHeads() * grouped.headWidth();
        boolean normed = grouped.queryKeyNorm() != Attention.QueryKeyNorm.NONE;
        boolean own = grouped.rotary().present() || normed || upcast;
        boolean shared = grouped.keyValueHeads() != grouped.heads() && !(plan.gpu() && !windowed(grouped));
        long bytes = 0;
        boolean keepsProjection = false;
        if (own) {
            bytes += queries * w + (shared ? queries : keys) * w;
        } else {
            bytes += shared ? queries * w : 0;
            keepsProjection = true;
        }
        if (shared) {
            bytes += queries * w;
        } else if (upcast) {
            bytes += keys * w;
        } else {
            keepsProjection = true;
        }
        if (normed) { // in fp32 the norm reads the projection itself
            boolean asItIs = s == FP32;
            keepsProjection |= asItIs;
            bytes += (queries + keys) * FP32 * (asItIs ? 1 : 2);
        }
        if (keepsProjection) {
            bytes += (queries + 2 * keys) * s;
        }
        long output = queries * w + FP32 * grouped.heads();
        // On a CPU the heads of a token are not side by side: what the next product reads is a copy.
        long context = plan.gpu() && !upcast ? 0 : queries * w;
        return bytes + output + context;
    }

    private long latentSaves(Attention.Latent latent) {
        long queries = (long) latent.heads() * latent.queryKeyWidth();
        long values = (long) latent.heads() * latent.valueWidth();
        long narrow = (long) latent.queryRank() + latent.keyValueRank();
        return (2 * queries + 3 * values + narrow) * w + 2 * narrow * FP32 + FP32 * latent.heads();
    }

    private long feedForwardSaves(FeedForward feedForward) {
        if (feedForward instanceof FeedForward.Mlp mlp) {
            return mlpSaves(mlp);
        }
        FeedForward.Experts experts = (FeedForward.Experts) feedForward;
        long router = FP32 * experts.count() + (INT64 + FP32) * experts.used();
        // Each expert's input is a copy, its output is multiplied by its weight, and index_add keeps what it adds.
        long each = mlpSaves(experts.expert()) + d * w + 2 * d * s;
        long sharedMlp = experts.sharedInner() > 0 ? mlpSaves(experts.shared()) : 0;
        return router + (upcast ? d * FP32 : 0) + experts.used() * each + sharedMlp;
    }

    private long mlpSaves(FeedForward.Mlp mlp) {
        long inner = mlp.inner();
        long product = inner * w;
        if (mlp.gated()) {
            return 3 * inner * s + product;
        }
        // The derivative of relu reads its result, that of the others their input.
        boolean fromResult = mlp.activation() == Activation.RELU && !upcast;
        return fromResult ? product : inner * s + product;
    }

    /** Matrices that are widened for a product are kept until the product's backward pass. */
    private long widened(Block block) {
        return upcast ? Math.multiplyExact(FP32, numbersOfMatrices(block, false)) : 0;
    }

    private long largestWidened(Block block) {
        return upcast ? Math.multiplyExact(FP32, numbersOfMatrices(block, true)) : 0;
    }

    /** Numbers of a block's matrices, of experts those that the batch uses at most: all, or of the largest. */
    private long numbersOfMatrices(Block block, boolean largest) {
        return ParameterLayout.distinct(model, Program.FUSED).keySet().stream()
                .filter(tensor -> tensor.role() == Tensor.Role.MATRIX)
                .filter(tensor ->
                        tensor.name().startsWith("blocks." + model.blocks().indexOf(block) + "."))
                .mapToLong(tensor -> tensor.experts() == 1
                        ? tensor.size()
                        : tensor.size()
                                / tensor.experts()
                                * (largest ? 1 : Math.min(tensor.experts(), tokens * tensor.used())))
                .reduce(0, largest ? Math::max : Math::addExact);
    }

    private boolean windowed(Attention attention) {
        return attention.window() > 0 && plan.tokens() > attention.window();
    }

    /** A window is attended to by parts, each with a mask of so many queries by twice as many keys. */
    private long masks(Attention attention) {
        return windowed(attention) ? 2L * plan.tokens() * attention.window() * (w + 1) : 0;
    }

    private long attentionTakes(Block block) {
        Attention attention = block.attention();
        long queries = (long) attention.heads() * attention.queryKeyWidth();
        if (!(attention instanceof Attention.Grouped grouped)) {
            return 5 * queries * w;
        }
        long keys = (long) grouped.keyValueHeads() * grouped.headWidth();
        boolean shared = grouped.keyValueHeads() != grouped.heads() && !plan.gpu();
        long turned = grouped.rotary().present() ? (queries + keys) * s : 0;
        long copies = (shared ? 2 * queries : 0) * s + (upcast ? 3 * queries * w : 0);
        return (queries + 2 * keys) * s + turned + copies + 2 * queries * w;
    }

    private long feedForwardTakes(FeedForward feedForward) {
        if (feedForward instanceof FeedForward.Mlp mlp) {
            return mlpTakes(mlp);
        }
        FeedForward.Experts experts = (FeedForward.Experts) feedForward;
        // Inputs, outputs, the same side by side, weighted; an expert's own are alive for its tokens alone.
        return 4L * experts.used() * d * s + d * s + FP32 * experts.count() + mlpTakes(experts.expert());
    }

    private long mlpTakes(FeedForward.Mlp mlp) {
        long inner = mlp.inner();
        long between = mlp.upWidth() * s + (mlp.gated() ? 2 : 1) * inner * s;
        return upcast ? Math.max(between + inner * FP32, mlp.upWidth() * (s + FP32) + d * FP32) : between;
    }
}
