package org.mfujmh.model.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.mfujmh.fuzz.Mutant;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Program;

/** Whatever stands in a config.json, it is a model that counts or is refused. */
class ConfigFuzzTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<byte[]> SEEDS = seeds();
    private static final List<String> FIELDS = fields();
    private static final List<String> VALUES = List.of(
            "0",
            "1",
            "2",
            "3",
            "7",
            "64",
            "-1",
            "0.5",
            "1e-400",
            "1e400",
            "268435456",
            "268435457",
            "2147483648",
            "99999999999999999999",
            "null",
            "true",
            "false",
            "\"\"",
            "\"linear\"",
            "\"llama3\"",
            "\"full_attention\"",
            "[]",
            "[0]",
            "[1, 2, 3]",
            "[\"full_attention\"]",
            "[\"sliding_attention\", \"full_attention\"]",
            "[null]",
            "[[]]",
            "{}",
            "{\"factor\": 2}",
            "{\"rope_type\": \"linear\", \"factor\": 2}",
            "{\"type\": \"llama3\"}",
            "{\"full_attention\": {\"rope_theta\": 7}}",
            "{\"partial_rotary_factor\": 0.5}",
            "{\"a\": {\"b\": []}}");

    @Property(seed = "20261127", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void noTextIsTooMuch(@ForAll long seed) throws IOException {
        Path file = Files.createTempFile("config", ".json");
        try {
            Mutant.each(seed, SEEDS, (mutant, random) -> {
                Files.write(file, mutant);
                counts(ConfigJson.read(file));
            });
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Sound JSON, with some fields that have been given values of others, or of nobody's. */
    @Property(seed = "20261127", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void noFieldIsTooMuch(@ForAll long seed) {
        Mutant.each(seed, SEEDS, (ignored, random) -> {
            ObjectNode config = (ObjectNode) JSON.readTree(anyOf(SEEDS, random));
            for (int change = random.nextInt(4); change >= 0; change--) {
                String field = anyOf(FIELDS, random);
                if (random.nextInt(4) == 0) {
                    config.remove(field);
                } else {
                    config.set(field, JSON.readTree(anyOf(VALUES, random)));
                }
            }
            counts(ConfigJson.parse("a config", config.toString()));
        });
    }

    private static void counts(ConfigJson config) {
        Architecture model = config.model("mutant");
        assertThat(model.parameters()).isPositive();
        assertThat(model.activeParameters()).isBetween(1L, model.parameters());
        assertThat(model.matmulWeights()).isPositive();
        assertThat(model.cachedPerToken()).isPositive();
        assertThat(ParameterLayout.distinct(model, Program.FUSED)).isNotEmpty();
        model.whyNotRun();
        // What a result file carries is the same model.
        assertThat(Models.ofJson("mutant", config.canonical())).isEqualTo(model);
    }

    private static <T> T anyOf(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    private static List<byte[]> seeds() {
        List<String> files = new ArrayList<>();
        for (String name : TinyModels.names()) {
            files.add("model/hub/tiny/" + name + "/config.json");
            files.add("model/hub/tiny/" + name + "/saved.json");
        }
        for (String family : Models.families()) {
            files.add("model/hub/defaults/" + family + ".json");
        }
        return Mutant.seeds(files.toArray(String[]::new));
    }

    /** All that the seeds have. */
    private static List<String> fields() {
        TreeSet<String> fields = new TreeSet<>();
        for (byte[] seed : SEEDS) {
            try {
                JSON.readTree(new String(seed, StandardCharsets.UTF_8))
                        .fieldNames()
                        .forEachRemaining(fields::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return List.copyOf(fields);
    }
}
