package org.mfujmh.model.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.model.Activation;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Block;
import org.mfujmh.model.FeedForward;

/**
 * Some 400 config files of every family, with fields left out, null or set, against what the Transformers library makes
 * of them: {@code scripts/config_table.py} wrote the table.
 */
class ConfigTableTest {
    private static final Map<String, Activation> ACTIVATIONS = Map.of(
            "silu", Activation.SILU,
            "gelu", Activation.GELU,
            "gelu_new", Activation.GELU_TANH,
            "gelu_pytorch_tanh", Activation.GELU_TANH,
            "relu", Activation.RELU);

    static Stream<CSVRecord> rows() throws IOException {
        try (Reader csv = new InputStreamReader(
                Objects.requireNonNull(ConfigTableTest.class.getResourceAsStream("configs.csv")),
                StandardCharsets.UTF_8)) {
            List<CSVRecord> rows = CSVFormat.DEFAULT
                    .builder()
                    .setHeader()
                    .setSkipHeaderRecord(true)
                    .get()
                    .parse(csv)
                    .getRecords();
            assertThat(rows).hasSize(31 * Models.families().size());
            return rows.stream();
        }
    }

    static Stream<CSVRecord> savedRows() throws IOException {
        return rows().filter(row -> !row.get("saved").isEmpty());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void parametersAreThoseOfTheLibraryToTheDigit(CSVRecord row) {
        assertThat(model(row).parameters()).isEqualTo(Long.parseLong(row.get("parameters")));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whatIsLeftOutIsWhatTheLibraryTakes(CSVRecord row) {
        Architecture model = model(row);
        assertThat(model.finalNorm().epsilon()).isEqualTo(Double.parseDouble(row.get("epsilon")));
        assertThat(model.context()).isEqualTo(Integer.parseInt(row.get("context")));
        assertThat(ofBlocks(model, block -> (double) block.attention().window()))
                .isEqualTo(numbers(row, "windows"));
        assertThat(ofBlocks(model, ConfigTableTest::theta)).isEqualTo(numbers(row, "thetas"));
        if (!model.family().equals("gpt_oss")) { // has its own, whatever the config says
            assertThat(model.blocks()).allMatch(block -> activation(block) == ACTIVATIONS.get(row.get("activation")));
        }
    }

    /** It writes rope_parameters for rope_theta and rope_scaling, layer_types for patterns, and other names of experts. */
    @ParameterizedTest
    @MethodSource("savedRows")
    void aConfigThatTheLibraryWroteDownIsTheSame(CSVRecord row) {
        assertThat(Models.ofJson("model", row.get("saved"))).isEqualTo(model(row));
    }

    private static Architecture model(CSVRecord row) {
        return Models.ofJson("model", row.get("config"));
    }

    private static List<Double> ofBlocks(Architecture model, Function<Block, Double> of) {
        return model.blocks().stream().map(of).toList();
    }

    private static List<Double> numbers(CSVRecord row, String column) {
        return Arrays.stream(row.get(column).split(" ")).map(Double::valueOf).toList();
    }

    private static double theta(Block block) {
        if (block.attention() instanceof Attention.Latent latent) {
            return latent.rotary().theta();
        }
        Attention.Grouped grouped = (Attention.Grouped) block.attention();
        return grouped.rotary().present() ? grouped.rotary().theta() : 0;
    }

    private static Activation activation(Block block) {
        return block.feedForward() instanceof FeedForward.Experts experts
                ? experts.expert().activation()
                : ((FeedForward.Mlp) block.feedForward()).activation();
    }
}
