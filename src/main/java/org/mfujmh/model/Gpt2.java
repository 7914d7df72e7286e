package org.mfujmh.model;

import java.util.Collections;
import org.mfujmh.BadInput;

/**
 * GPT-2's architecture as "Build a Large Language Model (From Scratch)", chapter 4, has it: learned position
 * embeddings, layer norms before each half, biases on every projection, a four times wider MLP with tanh GELU, an
 * output head of its own (untied) without bias, no dropout.
 */
public final class Gpt2 {

    /** Its {@code model_type}. */
    public static final String FAMILY = "gpt2";

    private static final double EPSILON = 1e-5;

    private Gpt2() {}

    /**
     * A model of these sizes.
     *
     * @param layers transformer blocks, L
     * @param width embedding width, d, a multiple of {@code heads}
     * @param heads attention heads
     * @param vocabulary token ids, V
     * @param context positions, the longest sequence
     * @throws BadInput if a size is not positive or the width is not divisible by the heads
     */
    public static Architecture of(String name, int layers, int width, int heads, int vocabulary, int context) {
        requirePositive("layers", layers);
        requirePositive("width", width);
        requirePositive("heads", heads);
        if (width % heads != 0) {
            throw new BadInput("width " + width + " is not divisible by " + heads
                    + " heads: every head needs the same whole number of columns.");
        }
        return of(
                name,
                layers,
                width,
                heads,
                mlp(Math.multiplyExact(4, width), Activation.GELU_TANH),
                vocabulary,
                context,
                EPSILON,
                false);
    }

    /** The MLP of its blocks. */
    public static FeedForward mlp(int inner, Activation activation) {
        return new FeedForward.Mlp(inner, activation, false, true);
    }

    /** The same with another MLP, epsilon, or the head tied, as GPT-2's own is. */
    public static Architecture of(
            String name,
            int layers,
            int width,
            int heads,
            FeedForward mlp,
            int vocabulary,
            int context,
            double epsilon,
            boolean tied) {
        int headWidth = width / heads;
        Attention attention = new Attention.Grouped(
                heads,
                heads,
                headWidth,
                0,
                true,
                true,
                Attention.QueryKeyNorm.NONE,
                Rotary.NONE,
                1 / Math.sqrt(headWidth),
                0,
                false);
        Block block = new Block(attention, mlp, Norm.layer(epsilon), Block.Placement.BEFORE);
        return new Architecture(
                name,
                FAMILY,
                vocabulary,
                context,
                width,
                true,
                1,
                Collections.nCopies(layers, block),
                Norm.layer(epsilon),
                tied,
                0);
    }

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new BadInput("A model needs at least 1 for " + what + ", not " + value + ".");
        }
    }
}
