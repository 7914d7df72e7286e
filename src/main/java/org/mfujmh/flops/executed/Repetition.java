package org.mfujmh.flops.executed;

/**
 * How often the traced work repeats that of one pass.
 *
 * @param microBatches passes of a training step, each with a batch of its own
 * @param blocksAgain whether the backward pass ran the forward pass of each block once more, to have its activations
 */
public record Repetition(int microBatches, boolean blocksAgain) {
    /** One pass. */
    public static final Repetition NONE = new Repetition(1, false);
}
