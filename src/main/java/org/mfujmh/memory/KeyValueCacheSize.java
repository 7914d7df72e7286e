package org.mfujmh.memory;

import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Block;
import org.mfujmh.model.Precision;

/** Keys and values that decoding keeps; in a layer with a window, only those in the window. */
public final class KeyValueCacheSize {
    private KeyValueCacheSize() {}

    /**
     * Bytes of the cache: a layer keeps 2 g h numbers per token (g heads of keys and values with h columns), latent
     * attention its compressed vector and the rotated columns, for min(tokens, window) tokens.
     *
     * @param sequences sequences, each with its own
     * @param tokens tokens of each
     */
    public static long bytes(Architecture model, long sequences, long tokens, Precision precision) {
        long numbers = 0;
        for (Block block : model.blocks()) {
            Attention attention = block.attention();
            numbers =
                    Math.addExact(numbers, Math.multiplyExact(attention.cachedOf(tokens), attention.cachedPerToken()));
        }
        return Math.multiplyExact(Math.multiplyExact(numbers, sequences), (long) precision.bytes());
    }
}
