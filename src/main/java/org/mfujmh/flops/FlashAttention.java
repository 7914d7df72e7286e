package org.mfujmh.flops;

import java.math.BigInteger;
import java.util.Locale;

/**
 * One call of fused causal attention: for each head, rows of T queries against T keys.
 *
 * <p>libtorch's kernel for CPUs works through the square in tiles, and leaves out those that lie
 * wholly above the diagonal; a tile that the diagonal crosses is computed in full and masked. Tiles
 * are 512 keys wide and 256 queries high for sequences of 768 tokens or more, 64 for 192 or more, 32
 * below (aten/src/ATen/native/cpu/FlashAttentionKernel.cpp; at T = 1024 it computes three quarters of
 * the square). Kernels of GPUs have tiles of their own, by device and head width: for them the whole
 * square is taken, which is an upper bound.
 *
 * @param batchHeads batch times heads
 * @param tokens queries, and keys, of a sequence: T
 * @param headWidth columns of a head
 * @param cpu whether libtorch's kernel for CPUs ran
 * @param backward a forward pass has two products (scores, values); a backward pass five, because it
 *     computes the scores again and then the gradients of values, probabilities, queries and keys
 */
record FlashAttention(long batchHeads, long tokens, long headWidth, boolean cpu, boolean backward) {
    private static final long KEYS_OF_A_TILE = 512;

    /** FLOPs executed. */
    BigInteger flops() {
        return flops(computed());
    }

    private BigInteger flops(long elements) {
        return BigInteger.valueOf(2L * products())
                .multiply(BigInteger.valueOf(batchHeads))
                .multiply(BigInteger.valueOf(headWidth))
                .multiply(BigInteger.valueOf(elements));
    }

    /** Matrix products of one call: 2 forward, 5 backward. */
    int products() {
        return backward ? 5 : 2;
    }

    /** Elements of a head's T x T square that are computed. */
    long computed() {
        if (!cpu) {
            return tokens * tokens;
        }
        long elements = 0;
        for (long query = 0; query < tokens; query += queriesOfATile()) {
            long queries = Math.min(queriesOfATile(), tokens - query);
            long keysNeeded = query + queries;
            long tiles = (keysNeeded + KEYS_OF_A_TILE - 1) / KEYS_OF_A_TILE;
            elements += queries * Math.min(tiles * KEYS_OF_A_TILE, tokens);
        }
        return elements;
    }

    long queriesOfATile() {
        return tokens >= 768 ? 256 : tokens >= 192 ? 64 : 32;
    }

    /** Why its FLOPs are not those of the closed form, in words. */
    String explanation() {
        String again = backward ? "5 products for 4: the scores are computed again; " : "";
        if (!cpu) {
            return again + "taken as the whole square: an upper bound, tiles above the diagonal are left out";
        }
        double share = 100.0 * computed() / ((double) tokens * tokens);
        double needed = 100.0 * (tokens + 1) / (2.0 * tokens);
        return again
                + String.format(
                        Locale.ROOT,
                        "%.2f %% of the square: tiles of %d x %d, those above the diagonal left out (causal needs %.2f %%)",
                        share,
                        Math.min(queriesOfATile(), tokens),
                        Math.min(KEYS_OF_A_TILE, tokens),
                        needed);
    }
}
