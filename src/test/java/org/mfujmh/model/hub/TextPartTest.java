package org.mfujmh.model.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.BadInput;
import org.mfujmh.model.Architecture;

/** The language model of a model of images and text, whose config.json has it as its text_config. */
class TextPartTest {
    private static final String GEMMA_3_4B = """
            {"architectures": ["Gemma3ForConditionalGeneration"], "boi_token_index": 255999, "image_token_index": 262144,
             "mm_tokens_per_image": 256, "model_type": "gemma3", "initializer_range": 0.02,
             "text_config": {"hidden_size": 2560, "intermediate_size": 10240, "model_type": "gemma3_text",
              "num_hidden_layers": 34, "rope_scaling": {"factor": 8.0, "rope_type": "linear"}, "sliding_window": 1024},
             "vision_config": {"hidden_size": 1152, "model_type": "siglip_vision_model", "num_hidden_layers": 27}}
            """;

    private static final String LLAMA = """
            {"model_type": "llava"%s, "text_config": {"model_type": "llama", "hidden_size": 64, "num_attention_heads": 4,
             "num_hidden_layers": 2, "intermediate_size": 96, "vocab_size": 100%s}}
            """;

    /** Parameters of its language_model and its head as the Transformers library (5.18) makes them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llava    | 6738939904  | \"model_type\": \"llama\", \"max_position_embeddings\": 4096, \"rms_norm_eps\": 1e-05,"
                        + " \"vocab_size\": 32064",
                "mistral3 | 23572403200 | \"model_type\": \"mistral\", \"head_dim\": 128, \"hidden_size\": 5120,"
                        + " \"intermediate_size\": 32768, \"num_attention_heads\": 32, \"num_hidden_layers\": 40,"
                        + " \"num_key_value_heads\": 8, \"sliding_window\": null, \"vocab_size\": 131072",
                "internvl | 493798016   | \"model_type\": \"qwen2\", \"hidden_size\": 896, \"intermediate_size\": 4864,"
                        + " \"num_hidden_layers\": 24, \"num_attention_heads\": 14, \"num_key_value_heads\": 2,"
                        + " \"vocab_size\": 151674, \"tie_word_embeddings\": true",
            })
    void itsParametersAreThoseOfTheLibrarysLanguageModel(String family, long parameters, String text) {
        String config = "{\"model_type\": \"" + family
                + "\", \"vision_config\": {\"hidden_size\": 8}, \"text_config\": {" + text + "}}";
        assertThat(Models.ofJson("model", config).parameters()).isEqualTo(parameters);
    }

    @Test
    void gemma3AsItIsOnTheHubIsTheShippedModelAndANoteSaysWhatIsLeftOut(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("gemma-3-4b.json"), GEMMA_3_4B);

        Models.Configured read = Models.ofFile(file.toString());

        assertThat(read.architecture()).isSameAs(Models.named("gemma-3-4b"));
        assertThat(read.architecture().parameters()).isEqualTo(3_880_263_168L);
        assertThat(Models.noteOn("gemma-3-4b")).hasValueSatisfying(note -> assertThat(note)
                .isEqualTo("the config.json of gemma-3-4b describes a model of more than text (gemma3): its language"
                        + " model alone, the text_config, is counted and run."));
    }

    @Test
    void resultFilesCarryTheLanguageModelAlone(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("seeing.json"), LLAMA.formatted(", \"tie_word_embeddings\": true", ""));

        Models.Configured read = Models.ofFile(file.toString());

        assertThat(read.json()).startsWith("{\"hidden_size\":64,").doesNotContain("llava", "text_config");
        assertThat(Models.ofJson("seeing", read.json())).isEqualTo(read.architecture());
        assertThat(read.architecture().tiedHead()).isTrue();
    }

    /** The word of the text_config, else of the file, else what the text's family assumes. */
    @ParameterizedTest
    @CsvSource({", , false", "true, , true", ", true, true", "true, true, true", "false, , false"})
    void theHeadIsTheEmbeddingAsEitherPartSays(String file, String text, boolean tied) {
        assertThat(read(said(file), said(text)).tiedHead()).isEqualTo(tied);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"tie_word_embeddings\": true", "\"vocab_size\": 200", "\"num_key_value_heads\": 2"})
    void aFileThatSaysTwoThingsIsRefused(String field) {
        String name = field.substring(0, field.indexOf(':'));
        String other = ", " + field.replaceFirst("true", "false").replaceFirst("2.*", "4");
        String text = field.startsWith("\"vocab") ? "" : other;
        assertThatThrownBy(() -> read(", " + field, text))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(
                        "the field \"text_config." + name.replace("\"", "") + "\" differs from the file's own ");
    }

    @Test
    void whatIsNotUnderstoodInItIsNamedWithItsPlace() {
        assertThatThrownBy(() -> read("", ", \"novel_attention\": 1"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("the field \"text_config.novel_attention\" is unknown");
    }

    private static String said(String tied) {
        return tied == null ? "" : ", \"tie_word_embeddings\": " + tied;
    }

    private static Architecture read(String file, String text) {
        return Models.ofJson("model", LLAMA.formatted(file, text));
    }
}
