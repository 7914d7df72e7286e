package org.mfujmh.engine;

import java.util.List;

/** The {@code model_type}s that run, written out: what a test of every family must have covered. */
public final class RunnableFamilies {
    public static final List<String> ALL = List.of(
            "gpt2",
            "llama",
            "mistral",
            "qwen2",
            "qwen3",
            "gemma3_text",
            "phi3",
            "olmo2",
            "olmo3",
            "smollm3",
            "gemma",
            "ministral",
            "seed_oss",
            "exaone4",
            "mixtral",
            "qwen3_moe",
            "olmoe");

    private RunnableFamilies() {}
}
