package org.mfujmh.memory;

import org.mfujmh.model.Block;

/** Bytes of one block of a program, for a whole batch. */
interface BlockMemory {

    /** Activations that the backward pass reads, saved by the forward pass. */
    long saved(Block block);

    /** The peak within the block in a forward pass without backward, including its input. */
    long inForward(Block block);

    /** The peak of its backward pass in addition to what was saved. */
    long inBackward(Block block);

    /** What the last norm and the head save. */
    long savedByHead();
}
