package org.mfujmh.model;

/**
 * One transformer block: attention and feed-forward, each added to the residual stream.
 *
 * @param attention the first half
 * @param feedForward the second
 * @param norm what normalises
 * @param placement where it does
 */
public record Block(Attention attention, FeedForward feedForward, Norm norm, Placement placement) {

    /** Where the norms of a block stand. */
    public enum Placement {
        /** Before each half: GPT-2, Llama. */
        BEFORE(1),
        /** After each half, before the addition: OLMo 2. */
        AFTER(1),
        /** Both: Gemma 3. */
        AROUND(2);

        private final int normsOfAHalf;

        Placement(int normsOfAHalf) {
            this.normsOfAHalf = normsOfAHalf;
        }

        public boolean before() {
            return this != AFTER;
        }

        public boolean after() {
            return this != BEFORE;
        }

        /** Norms of the width of the model in a block. */
        public int norms() {
            return 2 * normsOfAHalf;
        }
    }
}
