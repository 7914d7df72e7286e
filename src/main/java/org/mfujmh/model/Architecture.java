package org.mfujmh.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.mfujmh.BadInput;

/**
 * A decoder-only language model, described. Everything else derives from this: tensors and their order, parameter
 * counts, matrix products, FLOPs under each convention, memory, the program that runs it and its float64 reference.
 *
 * @param name the model's name, e.g. {@code llama-3.2-1b}
 * @param family the {@code model_type} of its config.json, e.g. {@code llama}
 * @param vocabulary token ids, V
 * @param context positions, the longest sequence
 * @param width columns of the residual stream, d
 * @param learnedPositions whether each position has a vector that is added to the token's
 * @param embeddingScale what the token's vector is multiplied by
 * @param blocks from the first to the last
 * @param finalNorm before the head
 * @param tiedHead whether the head shares the token embedding
 * @param logitSoftcap c in c tanh(logit / c); 0: none
 */
public record Architecture(
        String name,
        String family,
        int vocabulary,
        int context,
        int width,
        boolean learnedPositions,
        double embeddingScale,
        List<Block> blocks,
        Norm finalNorm,
        boolean tiedHead,
        double logitSoftcap) {

    /** @throws BadInput if a size is not positive */
    public Architecture {
        blocks = List.copyOf(blocks);
        requirePositive("layers", blocks.size());
        requirePositive("width", width);
        requirePositive("vocabulary", vocabulary);
        requirePositive("context", context);
    }

    /** Transformer blocks, L. */
    public int layers() {
        return blocks.size();
    }

    /** The distinct blocks in the order of their first appearance, and how often each stands in the model. */
    public Map<Block, Integer> distinctBlocks() {
        Map<Block, Integer> distinct = new LinkedHashMap<>();
        blocks.forEach(block -> distinct.merge(block, 1, Integer::sum));
        return Collections.unmodifiableMap(distinct);
    }

    /** Query heads of a block; all families have as many in each. */
    public int heads() {
        return blocks.get(0).attention().heads();
    }

    /** Columns of a query of one head. */
    public int headWidth() {
        return blocks.get(0).attention().queryKeyWidth();
    }

    /** All parameters. */
    public long parameters() {
        return size(Tensor::size);
    }

    /** All parameters, the head sharing its matrix with the token embedding whether or not it does. */
    public long parametersTied() {
        return tiedHead ? parameters() : parameters() - Math.multiplyExact((long) width, (long) vocabulary);
    }

    /** Parameters that one token uses, with only the experts it passes through and the whole embedding. */
    public long activeParameters() {
        return size(Tensor::activeSize);
    }

    /** M: weights that multiply every token, with only the experts that it passes through. */
    public long matmulWeights() {
        long head = tiedHead ? Math.multiplyExact((long) width, (long) vocabulary) : 0;
        return head
                + size(tensor -> tensor.role() == Tensor.Role.MATRIX || tensor.role() == Tensor.Role.HEAD
                        ? tensor.activeSize()
                        : 0);
    }

    /** Numbers that the KV cache keeps per token of a sequence, ignoring windows. */
    public long cachedPerToken() {
        return blocks.stream()
                .mapToLong(block -> block.attention().cachedPerToken())
                .sum();
    }

    /** Whether any block has experts. */
    public boolean hasExperts() {
        return blocks.stream().anyMatch(block -> block.feedForward() instanceof FeedForward.Experts);
    }

    /** The same model with a different number of blocks and vocabulary, for measuring a part of it. */
    public Architecture cut(int layers, int words) {
        return new Architecture(
                name,
                family,
                Math.min(words, vocabulary),
                context,
                width,
                learnedPositions,
                embeddingScale,
                blocks.subList(0, Math.min(layers, blocks.size())),
                finalNorm,
                tiedHead,
                logitSoftcap);
    }

    /** This model under another name. */
    public Architecture named(String other) {
        return new Architecture(
                other,
                family,
                vocabulary,
                context,
                width,
                learnedPositions,
                embeddingScale,
                blocks,
                finalNorm,
                tiedHead,
                logitSoftcap);
    }

    /** Why this model can be counted but not run, as a sentence; empty if it runs. */
    public Optional<String> whyNotRun() {
        return RunSupport.whyNot(this);
    }

    /**
     * Whether this is the GPT of "Build a Large Language Model (From Scratch)", which the notebook's program and the
     * handwritten backends compute: learned positions, layer norms before each half, biases everywhere, an MLP four
     * times as wide with tanh GELU, a head of its own.
     */
    public boolean isBookGpt() {
        return learnedPositions
                && width % heads() == 0
                && equals(Gpt2.of(name, layers(), width, heads(), vocabulary, context));
    }

    private long size(ToLongFunction<Tensor> of) {
        try {
            long sum = 0;
            for (Tensor tensor : Tensors.outsideBlocks(this)) {
                sum = Math.addExact(sum, of.applyAsLong(tensor));
            }
            for (Map.Entry<Block, Integer> entry : distinctBlocks().entrySet()) {
                for (Tensor tensor : Tensors.ofBlock("", this, entry.getKey(), Program.FUSED)) {
                    sum = Math.addExact(sum, Math.multiplyExact(entry.getValue().longValue(), of.applyAsLong(tensor)));
                }
            }
            return sum;
        } catch (ArithmeticException e) {
            throw new BadInput("The sizes of " + name + " give more than 2^63 parameters, which is not possible.", e);
        }
    }

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new BadInput("A model needs at least 1 for " + what + ", not " + value + ".");
        }
    }
}
