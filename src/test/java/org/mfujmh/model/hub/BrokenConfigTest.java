package org.mfujmh.model.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.BadInput;

/** A config that is broken, or meant to break something, is refused in a sentence that names the field. */
class BrokenConfigTest {
    @TempDir
    Path folder;

    /** One field of an otherwise sound config, the field that the sentence names where it is another. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llama       | \"hidden_size\": -4096 |",
                "llama       | \"hidden_size\": 0 |",
                "llama       | \"hidden_size\": \"4096\" |",
                "llama       | \"hidden_size\": 4096.5 |",
                "llama       | \"hidden_size\": [4096] |",
                "llama       | \"hidden_size\": {\"a\": 1} |",
                "llama       | \"hidden_size\": true |",
                "llama       | \"hidden_size\": 1e400 |",
                "llama       | \"hidden_size\": 99999999999999999999 |",
                "llama       | \"hidden_size\": 4097 |",
                "llama       | \"vocab_size\": 9223372036854775807 |",
                "llama       | \"num_hidden_layers\": 268435456 |",
                "llama       | \"num_attention_heads\": 7                     | hidden_size",
                "llama       | \"num_key_value_heads\": 5                     | num_attention_heads",
                "llama       | \"num_key_value_heads\": 64                    | num_attention_heads",
                "qwen3       | \"num_attention_heads\": 16                    | num_attention_heads",
                "llama       | \"head_dim\": 128, \"hidden_size\": 4100 | hidden_size",
                "gemma2      | \"hidden_size\": 2305 |",
                "gemma3_text | \"hidden_size\": 2305 |",
                "llama       | \"head_dim\": 7 |",
                "llama       | \"head_dim\": 1 |",
                "llama       | \"rms_norm_eps\": 0 |",
                "llama       | \"rms_norm_eps\": -1e-5 |",
                "llama       | \"rms_norm_eps\": \"1e-5\" |",
                "llama       | \"rms_norm_eps\": 1e999 |",
                "llama       | \"rope_theta\": 0 |",
                "llama       | \"rope_theta\": [] |",
                "llama       | \"tie_word_embeddings\": \"yes\" |",
                "llama       | \"tie_word_embeddings\": 1 |",
                "llama       | \"hidden_act\": \"snake\" |",
                "llama       | \"hidden_act\": 3 |",
                "llama       | \"rope_scaling\": 3 |",
                "llama       | \"rope_scaling\": {\"type\": \"spiral\"}           | rope_scaling.rope_type",
                "llama       | \"rope_scaling\": {\"type\": \"linear\"}           | rope_scaling.factor",
                "llama       | \"rope_scaling\": {\"type\": \"linear\", \"factor\": 0} | rope_scaling.factor",
                "llama       | \"rope_scaling\": {\"type\": \"llama3\", \"factor\": 8} | rope_scaling.low_freq_factor",
                "llama       | \"rope_scaling\": {\"type\": \"linear\", \"factor\": 2, \"new\": 1} | rope_scaling.new",
                "llama       | \"rope_parameters\": {\"short_factor\": [1e999]} | rope_parameters.short_factor",
                "phi3        | \"head_dim\": 4, \"hidden_size\": 64, \"rope_scaling\": {\"type\": \"longrope\","
                        + " \"short_factor\": [1, 1], \"long_factor\": [1, 2]} | head_dim",
                "phi3        | \"head_dim\": 4, \"hidden_size\": 64, \"rope_scaling\": {\"type\": \"longrope\","
                        + " \"short_factor\": [1], \"long_factor\": [1]} | head_dim",
                "ministral   | \"head_dim\": 2, \"rope_parameters\": {\"rope_type\": \"dynamic\", \"factor\": 2}"
                        + " | rope_parameters.rope_type",
                "phi3        | \"rope_scaling\": {\"type\": \"longrope\"} | rope_scaling.short_factor",
                "phi3        | \"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4} | rope_scaling.short_factor",
                "phi3        | \"hidden_size\": 64, \"rope_scaling\": {\"type\": \"longrope\", \"short_factor\": [1],"
                        + " \"long_factor\": [1, 2]} | rope_scaling.long_factor",
                "phi3        | \"hidden_size\": 64, \"rope_scaling\": {\"type\": \"longrope\", \"short_factor\": [0],"
                        + " \"long_factor\": [1]} | rope_scaling.short_factor",
                "llama       | \"head_dim\": 2, \"rope_scaling\": {\"type\": \"longrope\", \"short_factor\": [1], \"long_factor\": [1],"
                        + " \"original_max_position_embeddings\": 1} | rope_scaling.original_max_position_embeddings",
                "llama       | \"sparse_attention_window\": 128 |",
                "llama       | \"is_causal\": false |",
                "gpt2        | \"is_causal\": null |",
                "llama       | \"use_sliding_window\": true, \"sliding_window\": 64 | use_sliding_window",
                "deepseek_v3 | \"q_lora_rank\": 0 |",
                "smollm3     | \"no_rope_layers\": [1, 1, 1, 0] |",
                "gemma3_text | \"rope_scaling\": {\"type\": \"linear\", \"factor\": 8} | rope_scaling.type",
                "olmo3       | \"rope_scaling\": {\"type\": \"linear\", \"factor\": 8} | rope_scaling.type",
                "llama       | \"add_cross_attention\": true |",
                "llama       | \"text_config\": {\"hidden_size\": 1} |",
                "mistral     | \"sliding_window\": 0 |",
                "mistral     | \"sliding_window\": -1 |",
                "mistral     | \"sliding_window\": \"4096\" |",
                "phi3        | \"partial_rotary_factor\": 1.5 |",
                "phi3        | \"partial_rotary_factor\": 0.04 |",
                "phi3        | \"partial_rotary_factor\": 0 |",
                "gemma3_text | \"layer_types\": [\"full_attention\"] |",
                "gemma3_text | \"layer_types\": [] |",
                "gemma3_text | \"layer_types\": \"full_attention\" |",
                "gemma3_text | \"num_hidden_layers\": 1, \"layer_types\": [\"linear_attention\"] | layer_types",
                "gemma3_text | \"num_hidden_layers\": 1, \"layer_types\": [null]               | layer_types",
                "gemma3_text | \"sliding_window_pattern\": 0 |",
                "gemma3_text | \"final_logit_softcapping\": 0 |",
                "gemma3_text | \"final_logit_softcapping\": -30 |",
                "gemma3_text | \"attn_logit_softcapping\": -50 |",
                "gemma3_text | \"query_pre_attn_scalar\": 0 |",
                "gemma3_text | \"use_bidirectional_attention\": true |",
                "gemma3_text | \"rope_parameters\": {\"rope_theta\": 1} | rope_parameters.rope_theta",
                "mixtral     | \"num_experts_per_tok\": 9 |",
                "mixtral     | \"num_local_experts\": 0 |",
                "mixtral     | \"num_local_experts\": 4, \"num_experts\": 8 | num_experts",
                "qwen3_moe   | \"mlp_only_layers\": 3 |",
                "qwen3_moe   | \"mlp_only_layers\": [\"3\"] |",
                "qwen3_moe   | \"decoder_sparse_step\": 0 |",
                "qwen3_moe   | \"use_qk_norm\": false |",
                "qwen3_moe   | \"qkv_bias\": true |",
                "qwen3_moe   | \"shared_expert_intermediate_size\": 512 |",
                "olmoe       | \"clip_qkv\": 8 |",
                "olmoe       | \"head_dim\": 64 |",
                "gpt_oss     | \"swiglu_limit\": 5 |",
                "deepseek_v3 | \"n_shared_experts\": 1000000000 |",
                "deepseek_v3 | \"n_shared_experts\": 200000000 |",
                "deepseek_v3 | \"qk_rope_head_dim\": 7 |",
                "deepseek_v3 | \"moe_layer_freq\": 2 |",
                "gpt2        | \"n_embd\": 770 |",
                "gpt2        | \"scale_attn_by_inverse_layer_idx\": true |",
            })
    void aFieldThatCannotBeIsNamed(String family, String fields, String named) {
        String first = fields.substring(1, fields.indexOf('"', 1));
        String sentence = refusal("{\"model_type\": \"" + family + "\", " + fields + "}");
        assertThat(sentence).contains("the field \"" + (named == null ? first : named) + "\" ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"model_type\": null}", "{\"model_type\": 3}", "{\"model_type\": \"bert\"}"})
    void theFamilyIsNamedWithThoseThatAreKnown(String text) {
        assertThat(refusal(text)).contains("the field \"model_type\" ");
    }

    @Test
    void ofAModelOfImagesItIsSaidThatItsTextIsNotReadEither() {
        assertThat(refusal("{\"model_type\": \"llama4\", \"text_config\": {\"model_type\": \"llama4_text\"}}"))
                .contains("\"llama4\", which is not supported, nor is its text_config's, \"llama4_text\"");
        assertThat(refusal("{\"model_type\": \"bert\", \"text_config\": {}}")).doesNotContain("text_config");
    }

    @Test
    void aFieldThatNobodyKnowsMayBeDeleted() {
        assertThat(refusal("{\"model_type\": \"llama\", \"novel_attention\": 1}"))
                .endsWith("if it does not, delete it from a copy of the file.");
    }

    @Test
    void ofAnIdOfTheHubItIsSaidThatNothingIsDownloaded() {
        assertThat(sentence(() -> Models.named("Qwen/Qwen3-0.6B")))
                .contains("Give the config.json of a model, or its folder; nothing is downloaded");
        assertThat(sentence(() -> Models.named("./none/of/these"))).doesNotContain("downloaded");
    }

    /** Neither escape codes nor pages of text come out of a config. */
    @Test
    void aSentenceIsShortAndPlainWhateverTheConfigHas() {
        for (String foreign : new String[] {"x".repeat(1_000_000), "a\u202eb", "\\u001b[2Jgone", "a\\nb", "\u2028"}) {
            refusal("{\"model_type\": \"" + foreign + "\"}");
            refusal("{\"model_type\": \"llama\", \"hidden_act\": \"" + foreign + "\"}");
            refusal("{\"model_type\": \"llama\", \"rope_scaling\": {\"type\": \"" + foreign + "\"}}");
            refusal("{\"model_type\": \"llama\", \"hidden_size\": \"" + foreign + "\"}");
            refusal("{\"model_type\": \"qwen3\", \"num_hidden_layers\": 1, \"layer_types\": [\"" + foreign + "\"]}");
        }
        refusal("{\"model_type\": \"llama\", \"" + "k".repeat(40_000) + "\": 1}");
        refusal("{\"model_type\": \"llama\", \"a\u202eb\": 1, \"a\u202eb\": 2}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''",
                "' '",
                "nonsense",
                "[{\"model_type\": \"llama\"}]",
                "\"llama\"",
                "{\"model_type\": \"llama\"",
                "{\"model_type\": \"llama\",}",
                "{\"model_type\": \"llama\", \"rms_norm_eps\": NaN}",
                "{\"model_type\": \"llama\"} {\"hidden_size\": 64}",
                "{\"model_type\": \"llama\"} and more",
                "{\"model_type\": \"llama\", \"hidden_size\": 64, \"hidden_size\": 128}",
                "{\"model_type\": \"llama\", \"rope_scaling\": {\"factor\": 1, \"factor\": 2}}",
                "{'model_type': 'llama'}",
                "{\"model_type\": \"llama\", // mine",
            })
    void whatIsNoJsonIsRefused(String text) {
        assertThat(refusal(text)).contains("config.json");
    }

    @Test
    void aDeepOneAndALongNumberAreRefused() {
        refusal("{\"model_type\": \"llama\", \"a\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}");
        refusal("{\"model_type\": \"llama\", \"a\": " + "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000) + "}");
        refusal("{\"model_type\": \"llama\", \"hidden_size\": " + "9".repeat(1_000_000) + "}");
    }

    /** Sizes that are each in range and together beyond 63 bits. */
    @Test
    void aModelThatNoNumberCountsIsRefused() {
        assertThat(refusal("{\"model_type\": \"llama\", \"num_hidden_layers\": 10000, \"hidden_size\": 268435456,"
                        + " \"intermediate_size\": 268435456, \"num_attention_heads\": 1, \"vocab_size\": 268435456}"))
                .contains("2^63 parameters");
    }

    /** Long lists take no longer than their length. */
    @Test
    void thousandsOfLayersAndALongListAreRead() {
        String list = "7,".repeat(1_000_000) + "7";
        assertThat(ConfigJson.parse(
                                "a config",
                                "{\"model_type\": \"qwen3_moe\", \"num_hidden_layers\": 10000, \"mlp_only_layers\": ["
                                        + list + "]}")
                        .model("m")
                        .layers())
                .isEqualTo(10_000);
    }

    @Test
    void aFileFarTooLargeIsRefusedUnread() throws IOException {
        Path file = folder.resolve("config.json");
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(100L << 20);
        }
        assertThat(refusal(folder)).contains("104,857,600 bytes");
    }

    @Test
    void aFolderWithoutAConfigAndAFileThatIsNotThereAreNamed() throws IOException {
        assertThat(refusal(folder)).isEqualTo(folder + " is a folder without a config.json.");
        assertThat(refusal(folder.resolve("none.json"))).startsWith("There is no file " + folder);
        Files.createDirectory(folder.resolve("config.json"));
        assertThat(refusal(folder)).contains("without a config.json");
    }

    @Test
    void bytesThatAreNoTextAreRefused() throws IOException {
        Path file = folder.resolve("config.json");
        Files.write(file, "{\"model_type\": \"llama\"}".getBytes(StandardCharsets.UTF_16));
        assertThat(refusal(folder)).isEqualTo(file + " is not a config.json: it is not UTF-8 text.");
        Files.write(file, "{\"model_type\": \"llama\", \"_name\": \"é\"}".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(refusal(folder)).contains("UTF-8");
        Files.write(file, new byte[4096]);
        refusal(folder);
    }

    @Test
    void aByteOrderMarkDoesNoHarm() throws IOException {
        Path file = folder.resolve("config.json");
        Files.writeString(file, "\uFEFF{\"model_type\": \"llama\"}");
        assertThat(ConfigJson.read(file).model("m"))
                .isEqualTo(ConfigJson.parse("a config", "{\"model_type\": \"llama\"}")
                        .model("m"));
    }

    private static String refusal(Path path) {
        return sentence(() -> Models.ofFile(path.toString()));
    }

    private static String refusal(String text) {
        return sentence(() -> ConfigJson.parse("a config", text).model("m"));
    }

    private static String sentence(Runnable reading) {
        BadInput refused = catchThrowableOfType(BadInput.class, reading::run);
        assertThat(refused).isNotNull();
        assertThat(refused.getMessage())
                .endsWith(".")
                .hasSizeLessThan(500)
                .doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\p{Zl}]");
        return refused.getMessage();
    }
}
