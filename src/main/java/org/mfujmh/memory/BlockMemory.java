package org.mfujmh.memory;

import org.mfujmh.model.Block;

/** Bytes of one block of a program, for a whole batch. */
interface BlockMemory {

    /** What its backward pass reads, kept from the forward pass until then. */
    long saved(Block block);

    /** The most that is alive within it in a forward pass which nothing follows, its input included. */
    long inForward(Block block);

    /** The most that its backward pass has besides what was saved. */
    long inBackward(Block block);

    /** What the norm before the head and the head keep. */
    long savedByHead();
}
