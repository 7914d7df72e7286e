package org.mfujmh.memory;

import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Block;
import org.mfujmh.model.Precision;

/** Keys and values that decoding keeps: of a layer with a window, those of the window alone. */
public final class KeyValueCache {
    private KeyValueCache() {}

    /**
     * Bytes of the cache: a layer keeps 2 g h numbers a token (g heads of keys and values of h columns), latent attention
     * its narrow vector and the columns that are turned; of min(tokens, window) tokens.
     *
     * @param sequences sequences, each with its own
     * @param tokens tokens of each
     */
    public static long bytes(Architecture model, long sequences, long tokens, Precision precision) {
        long numbers = 0;
        for (Block block : model.blocks()) {
            Attention attention = block.attention();
            long kept = attention.window() == 0 ? tokens : Math.min(tokens, attention.window());
            numbers = Math.addExact(numbers, Math.multiplyExact(kept, attention.cachedPerToken()));
        }
        return Math.multiplyExact(Math.multiplyExact(numbers, sequences), (long) precision.bytes());
    }
}
