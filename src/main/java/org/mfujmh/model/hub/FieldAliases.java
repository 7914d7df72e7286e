package org.mfujmh.model.hub;

import java.util.Map;

/** Other names of fields, from the attribute_map of the library's configuration classes. */
final class FieldAliases {
    private static final Map<String, Map<String, String>> OF_FAMILY = Map.of(
            "gpt2",
                    Map.of(
                            "hidden_size", "n_embd",
                            "max_position_embeddings", "n_positions",
                            "num_attention_heads", "n_head",
                            "num_hidden_layers", "n_layer"),
            "mixtral", Map.of("num_experts", "num_local_experts"),
            "gpt_oss", Map.of("num_experts", "num_local_experts"),
            "qwen3_moe", Map.of("num_local_experts", "num_experts"),
            "olmoe", Map.of("num_local_experts", "num_experts"),
            "minimax_m2", Map.of("num_experts", "num_local_experts"),
            "glm4_moe", Map.of("num_local_experts", "n_routed_experts"),
            "deepseek_v3", Map.of("num_local_experts", "n_routed_experts"));

    private FieldAliases() {}

    /** The fields under the names that {@link Families} reads. */
    static ConfigFields resolved(ConfigFields config) {
        ConfigFields resolved = config;
        String family = Families.family(config.word("model_type", ""));
        for (Map.Entry<String, String> alias :
                OF_FAMILY.getOrDefault(family, Map.of()).entrySet()) {
            resolved = resolved.alias(alias.getKey(), alias.getValue());
        }
        return resolved;
    }
}
