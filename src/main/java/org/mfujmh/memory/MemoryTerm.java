package org.mfujmh.memory;

import java.util.Locale;

/** What memory is taken for. */
public enum MemoryTerm {
    WEIGHTS("parameters in the precision of the products"),
    MASTER_WEIGHTS("the same in fp32, which the optimizer updates"),
    GRADIENTS("one number a parameter, and running sums where micro batches are accumulated"),
    OPTIMIZER_STATE("AdamW: two moving averages a parameter"),
    ACTIVATIONS("what the backward pass reads again"),
    LOGITS("tokens x vocabulary, and what the loss makes of them"),
    KV_CACHE("keys and values of earlier tokens"),
    WORKSPACE("buffers of the operation in progress");

    private final String holds;

    MemoryTerm(String holds) {
        this.holds = holds;
    }

    /** As JSON and CSV have it, e.g. {@code kv_cache}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As tables have it, e.g. {@code KV cache}. */
    public String title() {
        return this == KV_CACHE ? "KV cache" : label().replace('_', ' ');
    }

    /** What the bytes are, in a few words. */
    public String holds() {
        return holds;
    }
}
