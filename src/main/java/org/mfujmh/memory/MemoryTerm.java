package org.mfujmh.memory;

import java.util.Locale;

/** What memory is used for. */
public enum MemoryTerm {
    WEIGHTS("parameters in the precision of the products"),
    MASTER_WEIGHTS("the same in fp32, which the optimizer updates"),
    GRADIENTS("one number per parameter; with micro batches also running sums"),
    OPTIMIZER_STATE("AdamW: two moving averages per parameter"),
    ACTIVATIONS("activations that the backward pass reads"),
    LOGITS("tokens x vocabulary, and what the loss derives from them"),
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
