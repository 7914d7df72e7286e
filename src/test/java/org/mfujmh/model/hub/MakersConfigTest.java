package org.mfujmh.model.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models as their makers' config.json on the hub have them, with all the fields that stand there besides. */
class MakersConfigTest {
    private static final Path MAKERS = Path.of("src/test/resources/org/mfujmh/model/hub/makers");

    /** Parameters as the hub counts them in the weights' files. */
    @ParameterizedTest
    @CsvSource({
        "Qwen3-Coder-30B-A3B-Instruct, 30532122624",
        "Qwen3-Coder-480B-A35B-Instruct, 480154875392",
        "gpt2-medium, 354823168",
        "gpt2-xl, 1557611200",
    })
    void itsParametersAreThePublishedOnes(String name, long parameters) {
        assertThat(Models.ofFile(MAKERS.resolve(name + ".json").toString())
                        .architecture()
                        .parameters())
                .isEqualTo(parameters);
    }

    /** Sizes from the makers' papers and model cards, parameters from the weights' files on the hub. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Seed-OSS 36B  | seed_oss  | 155136 | 5120 | 64 | 80 | 8 | 128 | 27648 | 36151104512",
                "EXAONE 4 32B  | exaone4   | 102400 | 5120 | 64 | 40 | 8 | 128 | 27392 | 32003216384",
                "gemma 2B      | gemma     | 256000 | 2048 | 18 |  8 | 1 | 256 | 16384 | 2506172416",
                "gemma 7B      | gemma     | 256000 | 3072 | 28 | 16 | 16 | 256 | 24576 | 8537680896",
                "gemma 2 2B    | gemma2    | 256000 | 2304 | 26 |  8 | 4 | 256 |  9216 | 2614341888",
                "gemma 2 9B    | gemma2    | 256000 | 3584 | 42 | 16 | 8 | 256 | 14336 | 9241705984",
                "SmolLM3 3B    | smollm3   | 128256 | 2048 | 36 | 16 | 4 | 128 | 11008 | 3075098624",
                "Ministral 8B  | ministral | 131072 | 4096 | 36 | 32 | 8 | 128 | 12288 | 8019808256",
                "OLMo 3 7B     | olmo3     | 100278 | 4096 | 32 | 32 | 32 | 128 | 11008 | 7298011136",
            })
    void itsSizesMakeThePublishedParameters(
            String name,
            String family,
            int vocabulary,
            int width,
            int layers,
            int heads,
            int keys,
            int columns,
            int inner,
            long parameters) {
        String config = """
                {"model_type": "%s", "vocab_size": %d, "hidden_size": %d, "num_hidden_layers": %d,
                 "num_attention_heads": %d, "num_key_value_heads": %d, "head_dim": %d, "intermediate_size": %d}
                """.formatted(family, vocabulary, width, layers, heads, keys, columns, inner);

        assertThat(Models.ofJson(name, config).parameters()).isEqualTo(parameters);
    }

    /** Kimi K2's makers run DeepSeek-V3's code under a model_type of their own. */
    @Test
    void kimiK2IsADeepSeek() {
        String config = """
                {"architectures": ["DeepseekV3ForCausalLM"], "attention_bias": false, "aux_loss_alpha": 0.001, "ep_size": 1,
                 "first_k_dense_replace": 1, "hidden_act": "silu", "hidden_size": 7168, "intermediate_size": 18432,
                 "kv_lora_rank": 512, "max_position_embeddings": 131072, "model_type": "kimi_k2",
                 "moe_intermediate_size": 2048, "moe_layer_freq": 1, "n_group": 1, "n_routed_experts": 384,
                 "n_shared_experts": 1, "norm_topk_prob": true, "num_attention_heads": 64, "num_experts_per_tok": 8,
                 "num_hidden_layers": 61, "num_key_value_heads": 64, "num_nextn_predict_layers": 0, "q_lora_rank": 1536,
                 "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "rms_norm_eps": 1e-06, "rope_theta": 50000.0,
                 "rope_scaling": {"beta_fast": 1.0, "beta_slow": 1.0, "factor": 32.0, "mscale": 1.0,
                  "mscale_all_dim": 1.0, "original_max_position_embeddings": 4096, "type": "yarn"},
                 "routed_scaling_factor": 2.827, "scoring_func": "sigmoid", "seq_aux": true, "topk_group": 1,
                 "topk_method": "noaux_tc", "v_head_dim": 128, "vocab_size": 163840, "use_cache": true}
                """;

        // As the hub counts them, and the Transformers library's class of DeepSeek-V3.
        assertThat(Models.ofJson("k2", config).parameters()).isEqualTo(1_026_408_232_448L);
    }
}
