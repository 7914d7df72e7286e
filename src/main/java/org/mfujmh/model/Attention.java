package org.mfujmh.model;

/** Causal attention between the tokens of a sequence. */
public sealed interface Attention {

    /** Query heads. */
    int heads();

    /** Columns of a query and of a key per head. */
    int queryKeyWidth();

    /** Columns of a value per head. */
    int valueWidth();

    /** Positions that a token attends to, including its own; 0: all up to its own. */
    int window();

    /** Numbers that the KV cache keeps per token. */
    long cachedPerToken();

    /** Tokens that the KV cache keeps of a sequence of so many: all, or with a window the last of them. */
    default long cachedOf(long tokens) {
        return window() == 0 ? tokens : Math.min(tokens, window());
    }

    /** Whether queries and keys are normalised. */
    enum QueryKeyNorm {
        NONE,
        /** Each head by itself, with one scale of the head's width: Qwen3, Gemma 3. */
        PER_HEAD,
        /** All heads together, with a scale for each column: OLMo 2. */
        ALL_HEADS
    }

    /**
     * Multi-head attention whose heads share keys and values in groups (Ainslie et al., arXiv 2305.13245).
     *
     * @param heads query heads, H
     * @param keyValueHeads heads of keys and values, g; divides H
     * @param headWidth columns of each, h; H h may differ from the model's width
     * @param window see {@link Attention#window()}
     * @param queryKeyValueBias whether the three projections have biases
     * @param outputBias whether the output projection has one
     * @param queryKeyNorm how queries and keys are normalised
     * @param rotary how positions enter, unless they are learned
     * @param scoreScale what scores are multiplied by before the softmax
     * @param scoreSoftcap c in c tanh(score / c); 0: none
     * @param sinks whether each head has a learned logit that takes part in the softmax and has no value
     */
    record Grouped(
            int heads,
            int keyValueHeads,
            int headWidth,
            int window,
            boolean queryKeyValueBias,
            boolean outputBias,
            QueryKeyNorm queryKeyNorm,
            Rotary rotary,
            double scoreScale,
            double scoreSoftcap,
            boolean sinks)
            implements Attention {

        @Override
        public int queryKeyWidth() {
            return headWidth;
        }

        @Override
        public int valueWidth() {
            return headWidth;
        }

        @Override
        public long cachedPerToken() {
            return 2L * keyValueHeads * headWidth;
        }

        /** Rows of the matrix that computes queries, keys and values: (H + 2 g) h. */
        public long queryKeyValueWidth() {
            return (heads + 2L * keyValueHeads) * headWidth;
        }

        /** The same without biases, norms, window, caps and sinks, 1 / sqrt(h) as the scale. */
        public static Grouped plain(int heads, int keyValueHeads, int headWidth, Rotary rotary) {
            double scale = 1 / Math.sqrt(headWidth);
            return new Grouped(
                    heads, keyValueHeads, headWidth, 0, false, false, QueryKeyNorm.NONE, rotary, scale, 0, false);
        }
    }

    /**
     * Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434): queries, and keys and values together, pass through
     * a narrow vector.
     *
     * @param heads query heads, H
     * @param queryRank the width of the queries' narrow vector; 0: queries are projected at once
     * @param keyValueRank that of keys and values
     * @param plainWidth columns of a query and key that are not turned
     * @param rotary the columns that are, shared by all heads' keys
     * @param valueWidth columns of a value
     * @param bias whether the narrowing and the output projections have biases
     */
    record Latent(
            int heads, int queryRank, int keyValueRank, int plainWidth, Rotary rotary, int valueWidth, boolean bias)
            implements Attention {

        @Override
        public int queryKeyWidth() {
            return plainWidth + rotary.width();
        }

        @Override
        public int window() {
            return 0;
        }

        @Override
        public long cachedPerToken() {
            return (long) keyValueRank + rotary.width();
        }
    }
}
