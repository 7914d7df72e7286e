package org.mfujmh.bytes;

/**
 * A line of the byte count of a decoding step.
 *
 * @param kind what the numbers are
 * @param name the tensor, e.g. {@code blocks.0.attention.qkv.weight}, or the layers whose cache it is
 * @param shape of what is read or written once, e.g. {@code [768 x 3072]}
 * @param count how often that stands in the model: once for each layer like it
 * @param least numbers that no step can avoid; of experts, as if all sequences chose the same
 * @param expected numbers on average; of experts, as if sequences chose independently and evenly
 * @param most numbers at most; of experts, as if sequences chose different ones as far as there are any
 * @param remark what is not obvious, or empty
 */
public record ByteTerm(
        Moved kind, String name, String shape, long count, long least, double expected, long most, String remark) {

    /** What moves. */
    public enum Moved {
        /** A matrix that multiplies each token. */
        MATRIX("weights read"),
        /** Biases, scales and shifts of norms. */
        VECTOR("biases and norms read"),
        /** Rows of an embedding table, one for each token. */
        EMBEDDING("embedding rows read"),
        /** Keys and values of the tokens before. */
        CACHE_READ("KV cache read"),
        /** Keys and values of the new tokens. */
        CACHE_WRITTEN("KV cache written");

        private final String title;

        Moved(String title) {
            this.title = title;
        }

        /** As tables show it. */
        public String title() {
            return title;
        }
    }
}
