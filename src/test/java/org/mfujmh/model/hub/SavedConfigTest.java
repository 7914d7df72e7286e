package org.mfujmh.model.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.BadInput;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Block;

/** Against config.json files that the Transformers library (5.18) saved: its defaults and its present spelling. */
class SavedConfigTest {
    private static final Path DEFAULTS = Path.of("src/test/resources/org/mfujmh/model/hub/defaults");

    static List<String> families() {
        return Models.families();
    }

    static List<String> tiny() {
        return TinyModels.names();
    }

    @ParameterizedTest
    @MethodSource("families")
    void absentFieldsHaveTheLibrarysDefaults(String family) {
        assertThat(shown(read("{\"model_type\": \"" + family + "\"" + required(family) + "}")))
                .isEqualTo(shown(
                        ConfigJson.read(DEFAULTS.resolve(family + ".json")).model("m")));
    }

    /** GLM's default sizes leave a head no whole number of columns: every file says how many it has. */
    private static String required(String family) {
        return family.equals("glm4_moe") ? ", \"head_dim\": 128" : "";
    }

    @ParameterizedTest
    @MethodSource("tiny")
    void theLibrarysOwnSpellingOfAModelIsTheSameModel(String name) {
        assertThat(shown(ConfigJson.read(TinyModels.folder(name).resolve("saved.json"))
                        .model(name)))
                .isEqualTo(shown(TinyModels.named(name)));
    }

    @Test
    void aMistralWithLayerTypesHasItsWindowWhereTheySay() {
        Architecture model = read("""
                {"model_type": "mistral", "num_hidden_layers": 3, "sliding_window": 16,
                 "layer_types": ["full_attention", "sliding_attention", "full_attention"]}""");
        assertThat(model.blocks())
                .extracting(Block::attention)
                .extracting(Attention::window)
                .containsExactly(0, 16, 0);
    }

    /** Of the families that are read, Phi-3 alone turns a share of the columns. */
    @ParameterizedTest
    @CsvSource({"llama, 128", "qwen3, 128", "phi3, 48"})
    void aShareOfTurnedColumnsIsPhi3s(String family, int turned) {
        Attention.Grouped attention =
                (Attention.Grouped) read("{\"model_type\": \"" + family + "\", \"partial_rotary_factor\": 0.5}")
                        .blocks()
                        .get(0)
                        .attention();
        assertThat(attention.rotary().width()).isEqualTo(turned);
    }

    @Test
    void aShareBesideAScalingIsRefusedWhereTheFamilyHasNone() {
        refused("""
                {"model_type": "llama", "partial_rotary_factor": 0.5,
                 "rope_scaling": {"rope_type": "linear", "factor": 2}}""", "rope_scaling.rope_type");
    }

    @Test
    void theOlderSpellingOfRotaryPositionsGoesFirstWhereBothAreThere() {
        String both = "{\"model_type\": \"%s\", \"rope_scaling\": {\"rope_type\": \"linear\", \"factor\": 2},"
                + " \"rope_parameters\": %s}";
        Architecture llama = read(both.formatted("llama", "{\"rope_type\": \"default\", \"rope_theta\": 5000}"));
        assertThat(llama).isEqualTo(read("""
                {"model_type": "llama", "rope_scaling": {"rope_type": "linear", "factor": 2}}"""));
        Architecture gemma = read(both.formatted("gemma3_text", "{\"full_attention\": {\"rope_theta\": 5000}}"));
        assertThat(gemma).isEqualTo(read("""
                {"model_type": "gemma3_text", "rope_theta": 5000,
                 "rope_scaling": {"rope_type": "linear", "factor": 2}}"""));
    }

    @Test
    void aFieldMayHaveItsOtherNameButNotTwoValues() {
        assertThat(read("{\"model_type\": \"gpt2\", \"hidden_size\": 64, \"num_attention_heads\": 4}"))
                .isEqualTo(read("{\"model_type\": \"gpt2\", \"n_embd\": 64, \"n_head\": 4}"));
        refused("{\"model_type\": \"olmoe\", \"num_experts\": 8, \"num_local_experts\": 4}", "num_local_experts");
    }

    /** A failed comparison of this is short enough to read: blocks that are alike once, with their layers. */
    private static String shown(Architecture model) {
        Map<Block, List<Integer>> layers = IntStream.range(0, model.layers())
                .boxed()
                .collect(Collectors.groupingBy(
                        layer -> model.blocks().get(layer), LinkedHashMap::new, Collectors.toList()));
        return model.cut(1, model.vocabulary()) + "\n" + layers;
    }

    private static Architecture read(String json) {
        return ConfigJson.parse("a config", json).model("m");
    }

    private static void refused(String json, String field) {
        assertThatExceptionOfType(BadInput.class)
                .isThrownBy(() -> read(json))
                .withMessageContaining("\"" + field + "\"");
    }
}
