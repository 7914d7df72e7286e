package org.mfujmh.flops.executed;

import java.math.BigInteger;
import java.util.Locale;

/**
 * One call of fused attention: for each head, rows of queries against keys; as many of both where it is causal. A layer
 * with a window has calls of fewer queries than keys, masked within.
 *
 * <p>libtorch's kernel for CPUs works through the square in tiles 512 keys wide, and leaves out those
 * that lie wholly above the diagonal; a tile that the diagonal crosses is computed in full and masked
 * (aten/src/ATen/native/cpu/FlashAttentionKernel.cpp; its tiles are 32, 64 or 256 queries high, all of
 * which divide 512, so the height makes no difference). At T = 1024 that is three quarters of the
 * square. Kernels of GPUs have tiles of their own, by device and head width: for them the whole square
 * is taken, which is an upper bound.
 *
 * @param batchHeads batch times heads
 * @param tokens queries of a sequence: T where it is causal
 * @param keys that they are held against
 * @param headWidth columns of a head
 * @param cpu whether libtorch's kernel for CPUs ran
 * @param backward a forward pass has two products (scores, values); a backward pass five, because it
 *     computes the scores again and then the gradients of values, probabilities, queries and keys
 */
record FlashAttention(long batchHeads, long tokens, long keys, long headWidth, boolean cpu, boolean backward) {
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

    /** Elements of a head's square of queries and keys that are computed. */
    long computed() {
        if (!cpu || keys != tokens) {
            return tokens * keys;
        }
        long elements = 0;
        for (long column = 0; column < tokens; column += KEYS_OF_A_TILE) {
            long width = Math.min(KEYS_OF_A_TILE, tokens - column);
            elements += width * (tokens - column); // The queries at or after its first key need it.
        }
        return elements;
    }

    /** Why its FLOPs are not those of the closed form, in words. */
    String explanation() {
        String again = backward ? "5 products for 4: the scores are recomputed; " : "";
        if (!cpu) {
            return again
                    + "counted as the whole square: an upper bound, since the kernel skips tiles above the diagonal";
        }
        double share = 100.0 * computed() / ((double) tokens * tokens);
        double needed = 100.0 * (tokens + 1) / (2.0 * tokens);
        return again
                + String.format(
                        Locale.ROOT,
                        "%.2f %% of the square: tiles of %d keys, those above the diagonal left out (causal needs %.2f %%)",
                        share,
                        Math.min(KEYS_OF_A_TILE, tokens),
                        needed);
    }
}
