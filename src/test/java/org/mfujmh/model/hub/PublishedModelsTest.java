package org.mfujmh.model.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.ParameterCount;
import org.mfujmh.flops.TokenFlops;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Pass;

/**
 * The models that are shipped, against a table of published sizes: parameters as their makers and reference codes print
 * them, and FLOPs per token worked out for it from other sources' formulas (the column of sources names them).
 */
class PublishedModelsTest {
    private static final Map<String, String> NAMES = Map.of(
            "Gemma-3-4B (text)", "gemma-3-4b",
            "Gemma-3-27B (text)", "gemma-3-27b",
            "Mistral-7B-v0.1", "mistral-7b",
            "DeepSeek-V3 (without MTP)", "deepseek-v3");

    static Stream<CSVRecord> rows() throws IOException {
        try (Reader csv = new InputStreamReader(
                Objects.requireNonNull(PublishedModelsTest.class.getResourceAsStream("models.csv")),
                StandardCharsets.UTF_8)) {
            List<CSVRecord> rows = CSVFormat.DEFAULT
                    .builder()
                    .setHeader()
                    .setSkipHeaderRecord(true)
                    .get()
                    .parse(csv)
                    .getRecords();
            assertThat(rows).hasSize(15);
            return rows.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void parametersAreThePublishedOnes(CSVRecord row) {
        Architecture model = model(row);
        assertThat(model.parameters()).isEqualTo(number(row, "params").longValueExact());
        assertThat(model.activeParameters()).isEqualTo(number(row, "active").longValueExact());
        assertThat(model.matmulWeights())
                .isEqualTo(number(row, "M_matmul_active").longValueExact());
        ParameterCount count = ParameterCount.of(model);
        assertThat(count.total()).isEqualTo(number(row, "params"));
        assertThat(count.active()).isEqualTo(number(row, "active"));
        assertThat(count.matmul()).isEqualTo(number(row, "M_matmul_active"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void flopsPerTokenAreToTheDigit(CSVRecord row) {
        assertThat(perToken(row, Convention.EXACT)).isEqualTo(number(row, "flops_exact_full_square"));
        assertThat(perToken(row, Convention.CAUSAL_EXACT)).isEqualTo(number(row, "flops_causal_exact"));
        assertThat(perToken(row, Convention.CAUSAL_HALF)).isEqualTo(number(row, "flops_causal_half_megatron"));
        assertThat(perToken(row, Convention.TORCHTITAN)).isEqualTo(number(row, "flops_torchtitan_pr4300"));
        assertThat(perToken(row, Convention.PALM)).isEqualTo(number(row, "flops_torchtitan_no_window"));
    }

    /** Two bytes a number; windows are not taken into account. */
    @ParameterizedTest
    @MethodSource("rows")
    void theCacheOfATokenHasThePublishedSize(CSVRecord row) {
        assertThat(2 * model(row).cachedPerToken())
                .isEqualTo(number(row, "kv_bytes_per_token_bf16").longValueExact());
    }

    private static BigInteger perToken(CSVRecord row, Convention convention) {
        return TokenFlops.of(model(row), convention, Pass.FORWARD_BACKWARD).at(Integer.parseInt(row.get("T")));
    }

    private static Architecture model(CSVRecord row) {
        String name = row.get("model");
        return Models.named(NAMES.getOrDefault(name, name.toLowerCase(Locale.ROOT)));
    }

    private static BigInteger number(CSVRecord row, String column) {
        return new BigInteger(row.get(column));
    }
}
