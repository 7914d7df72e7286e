package org.mfujmh.model.hub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mfujmh.model.Architecture;

/** What may be spelled in two ways, and what may stand in a config.json and changes nothing. */
class ConfigSpellingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llama | \"rope_theta\": 5e5 | \"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 5e5}",
                "llama | \"rope_theta\": 5e5, \"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}"
                        + " | \"rope_parameters\": {\"rope_type\": \"linear\", \"rope_theta\": 5e5, \"factor\": 2.0}",
                "llama | \"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}"
                        + " | \"rope_scaling\": {\"rope_type\": \"linear\", \"factor\": 2}",
                "llama | \"rope_scaling\": null                  | \"rope_scaling\": {}",
                "llama | \"rope_scaling\": {\"type\": \"default\"} | \"rope_parameters\": null",
                "llama | \"head_dim\": null                      | \"head_dim\": 128",
                "llama | \"num_key_value_heads\": null           | \"num_key_value_heads\": 32",
                "llama | \"hidden_act\": \"swish\"               | \"hidden_act\": \"silu\"",
                "llama | \"hidden_size\": 4096                   | \"hidden_size\": 4096.0",
                "llama | \"torch_dtype\": \"bfloat16\"           | \"dtype\": \"bfloat16\"",
                "phi3  | \"partial_rotary_factor\": 0.5" + " | \"rope_parameters\": {\"partial_rotary_factor\": 0.5}",
                "phi3  | \"hidden_size\": 64, \"rope_scaling\": {\"type\": \"su\", \"short_factor\": [1], \"long_factor\": [2]}"
                        + " | \"hidden_size\": 64, \"original_max_position_embeddings\": 4096,"
                        + "   \"rope_scaling\": {\"rope_type\": \"longrope\", \"short_factor\": [1], \"long_factor\": [2]}",
                "phi3  | \"hidden_size\": 64, \"rope_scaling\": {\"type\": \"yarn\", \"short_factor\": [1], \"long_factor\": [2]}"
                        + " | \"hidden_size\": 64, \"original_max_position_embeddings\": 4096,"
                        + "   \"rope_scaling\": {\"rope_type\": \"longrope\", \"short_factor\": [1], \"long_factor\": [2]}",
                "gpt2  | \"n_inner\": null                       | \"n_inner\": 3072",
                "gpt2  | \"activation_function\": \"gelu_new\"   | \"activation_function\": \"gelu_pytorch_tanh\"",
                "gpt2  | \"n_head\": 12, \"n_layer\": 6          | \"num_attention_heads\": 12, \"num_hidden_layers\": 6",
                "qwen3 | \"use_sliding_window\": true, \"max_window_layers\": 1, \"num_hidden_layers\": 2"
                        + " | \"use_sliding_window\": true, \"num_hidden_layers\": 2,"
                        + "   \"layer_types\": [\"full_attention\", \"sliding_attention\"]",
                "qwen3 | \"sliding_window\": 131072              | \"sliding_window\": null",
                "mixtral | \"num_local_experts\": 4              | \"num_experts\": 4",
                "qwen3_moe | \"num_experts\": 64                 | \"num_local_experts\": 64",
                "qwen3_moe | \"mlp_only_layers\": null           | \"mlp_only_layers\": []",
                "minimax_m2  | \"rotary_dim\": 64, \"scoring_func\": \"sigmoid\", \"use_qk_norm\": true, \"sliding_window\": null,"
                        + " \"qk_norm_type\": \"per_layer\", \"use_routing_bias\": true, \"use_mtp\": true,"
                        + " \"num_mtp_modules\": 3, \"mtp_transformer_layers\": 1, \"shared_intermediate_size\": 0"
                        + " | \"partial_rotary_factor\": 0.5",
                "glm4_moe    | \"head_dim\": 128, \"num_local_experts\": 64, \"num_nextn_predict_layers\": 1,"
                        + " \"partial_rotary_factor\": 0.5 | \"head_dim\": 128, \"n_routed_experts\": 64",
                "gemma3_text | \"num_hidden_layers\": 3, \"sliding_window_pattern\": 2"
                        + " | \"num_hidden_layers\": 3,"
                        + "   \"layer_types\": [\"sliding_attention\", \"full_attention\", \"sliding_attention\"]",
                "gemma3_text | \"rope_theta\": 5e5, \"rope_local_base_freq\": 100,"
                        + "    \"rope_scaling\": {\"rope_type\": \"linear\", \"factor\": 8.0}"
                        + " | \"rope_parameters\": {"
                        + "    \"full_attention\": {\"rope_type\": \"linear\", \"factor\": 8.0, \"rope_theta\": 5e5},"
                        + "    \"sliding_attention\": {\"rope_type\": \"default\", \"rope_theta\": 100}}",
            })
    void twoSpellingsAreOneModel(String family, String one, String other) {
        assertThat(model(family, one)).isEqualTo(model(family, other));
    }

    /** And each of these is more than its default: the comparison above sees a field that is not read. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llama       | \"rope_theta\": 5e5",
                "llama       | \"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}",
                "phi3        | \"partial_rotary_factor\": 0.5",
                "mixtral     | \"num_local_experts\": 4",
                "gemma3_text | \"rope_local_base_freq\": 100",
                "gemma3_text | \"sliding_window_pattern\": 2",
                "gemma3_text | \"final_logit_softcapping\": 30",
                "olmoe       | \"norm_topk_prob\": true",
            })
    void theseMakeAnotherModel(String family, String fields) {
        assertThat(model(family, fields)).isNotEqualTo(model(family, "\"use_cache\": true"));
    }

    @Test
    void whatChangesNothingIsPassedOver() {
        String fields = """
                "_name_or_path": "somebody/model", "architectures": ["LlamaForCausalLM"], "attention_dropout": 0.1,
                "bos_token_id": 1, "eos_token_id": [2, 3], "pad_token_id": null, "initializer_range": 0.02,
                "pretraining_tp": 1, "torch_dtype": "float16", "transformers_version": "4.40.0", "use_cache": false,
                "quantization_config": {"bits": 4, "quant_method": "awq"}, "auto_map": {"AutoConfig": "x.Y"},
                "is_llama_config": true, "rope_interleaved": false, "unknown_list": [], "unknown_switch": false,
                "unknown_nothing": null, "task_specific_params": {"text-generation": {"max_length": 50}},
                "id2label": {"0": "LABEL_0"}, "transformers.js_config": {"dtype": "q4"}, "mask_token_id": 5,
                "vision_start_token_id": 7, "image_token_index": 9, "bos_token": "<s>", "is_causal": true,
                "attention_probs_dropout_prob": 0.1, "dropout_p": 0.1, "dropout": 0.1,
                "use_sliding_window": false, "max_window_layers": 21, "sliding_window": 32768""";
        assertThat(model("llama", fields)).isEqualTo(model("llama", "\"use_cache\": true"));
    }

    private static Architecture model(String family, String fields) {
        return ConfigJson.parse("a config", "{\"model_type\": \"" + family + "\", " + fields + "}")
                .model("m");
    }
}
