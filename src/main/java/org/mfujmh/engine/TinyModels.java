package org.mfujmh.engine;

import java.util.List;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.hub.Models;

/**
 * A small model of each family that decoder.py runs, for holding it against float64. Between them they have every part
 * that a family may have, and windows, scaled rotary positions and epsilons that 20 tokens notice.
 */
public final class TinyModels {
    private static final String SIZES = """
            "hidden_size": 32, "intermediate_size": 40, "num_hidden_layers": 2, "num_attention_heads": 4,
            "num_key_value_heads": 2, "vocab_size": 48, "max_position_embeddings": 64, "rms_norm_eps": 0.01,
            """;

    private static final String GPT2 = """
            {"model_type": "gpt2", "n_embd": 32, "n_layer": 2, "n_head": 4, "n_inner": 40, "vocab_size": 48,
             "n_positions": 64, "layer_norm_epsilon": 0.01, "tie_word_embeddings": true}
            """;

    private static final String LLAMA = """
            {"model_type": "llama", %s "head_dim": 16, "attention_bias": true, "mlp_bias": true,
             "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
                              "original_max_position_embeddings": 256}}
            """;

    private static final String MISTRAL = """
            {"model_type": "mistral", %s "head_dim": 12, "sliding_window": 6}
            """;

    private static final String QWEN2 = """
            {"model_type": "qwen2", %s "hidden_act": "gelu", "tie_word_embeddings": true, "use_sliding_window": true,
             "sliding_window": 7, "max_window_layers": 1, "rope_scaling": {"type": "linear", "factor": 4}}
            """;

    private static final String QWEN3 = """
            {"model_type": "qwen3", %s "head_dim": 16, "attention_bias": true, "rope_theta": 1000,
             "rope_scaling": {"rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 48,
                              "beta_fast": 4, "beta_slow": 1}}
            """;

    private static final String GEMMA3 = """
            {"model_type": "gemma3_text", %s "head_dim": 16, "query_pre_attn_scalar": 24, "sliding_window": 6,
             "layer_types": ["sliding_attention", "full_attention"], "final_logit_softcapping": 5,
             "rope_parameters": {
                 "full_attention": {"rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 48,
                                    "beta_fast": 4, "rope_theta": 1000},
                 "sliding_attention": {"rope_type": "default", "rope_theta": 100}}}
            """;

    private static final String PHI3 = """
            {"model_type": "phi3", %s "partial_rotary_factor": 0.5, "sliding_window": 6}
            """;

    /** Twenty tokens are the most that have the short factors. */
    private static final String PHI3_WITHIN = """
            {"model_type": "phi3", %s "partial_rotary_factor": 0.75, "original_max_position_embeddings": 20,
             "rope_scaling": {"type": "longrope", "short_factor": [1, 1.2, 2], "long_factor": [1.5, 4, 9]}}
            """;

    /** A prompt of 13 tokens and one more are the fewest that have the long factors. */
    private static final String PHI3_BEYOND = """
            {"model_type": "phi3", %s "original_max_position_embeddings": 13,
             "rope_scaling": {"type": "longrope", "short_factor": [1, 1, 1.2, 2], "long_factor": [1.5, 3, 4, 9]}}
            """;

    private static final String OLMO2 = """
            {"model_type": "olmo2", %s "rope_theta": 100}
            """;

    /** What is scaled in layers without a window is not scaled in those with one. */
    private static final String OLMO3 = """
            {"model_type": "olmo3", %s "sliding_window": 6, "layer_types": ["sliding_attention", "full_attention"],
             "rope_theta": 100, "rope_scaling": {"rope_type": "yarn", "factor": 4, "beta_fast": 4,
                                                 "original_max_position_embeddings": 48}}
            """;

    private static final String SMOLLM3 = """
            {"model_type": "smollm3", %s "no_rope_layers": [1, 0], "rope_theta": 100}
            """;

    private static final String GEMMA = """
            {"model_type": "gemma", %s "head_dim": 16}
            """;

    private static final String MINISTRAL = """
            {"model_type": "ministral", %s "sliding_window": 6, "layer_types": ["full_attention", "sliding_attention"]}
            """;

    private static final String SEED_OSS = """
            {"model_type": "seed_oss", %s "head_dim": 12}
            """;

    private static final String EXAONE4 = """
            {"model_type": "exaone4", %s "sliding_window": 6, "layer_types": ["full_attention", "sliding_attention"],
             "rope_theta": 100}
            """;

    private static final String MIXTRAL = """
            {"model_type": "mixtral", %s "num_local_experts": 4, "num_experts_per_tok": 2, "sliding_window": 9}
            """;

    private static final String QWEN3_MOE = """
            {"model_type": "qwen3_moe", %s "moe_intermediate_size": 24, "num_experts": 6, "num_experts_per_tok": 3,
             "norm_topk_prob": true, "mlp_only_layers": [0]}
            """;

    private static final String OLMOE = """
            {"model_type": "olmoe", %s "num_experts": 16, "num_experts_per_tok": 2, "norm_topk_prob": false}
            """;

    private TinyModels() {}

    /** One of each family. */
    public static List<Architecture> all() {
        return List.of(
                of("gpt2", GPT2),
                of("llama", LLAMA),
                of("mistral", MISTRAL),
                of("qwen2", QWEN2),
                of("qwen3", QWEN3),
                of("gemma3", GEMMA3),
                of("phi3", PHI3),
                of("phi3-within", PHI3_WITHIN),
                of("phi3-beyond", PHI3_BEYOND),
                of("olmo2", OLMO2),
                of("olmo3", OLMO3),
                of("smollm3", SMOLLM3),
                of("gemma", GEMMA),
                of("ministral", MINISTRAL),
                of("seed-oss", SEED_OSS),
                of("exaone4", EXAONE4),
                of("mixtral", MIXTRAL),
                of("qwen3-moe", QWEN3_MOE),
                of("olmoe", OLMOE));
    }

    /** The one of that name, e.g. {@code tiny-llama}. */
    public static Architecture named(String name) {
        return all().stream()
                .filter(model -> model.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Architecture of(String family, String json) {
        return Models.ofJson("tiny-" + family, json.formatted(SIZES));
    }
}
