package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Files side by side, as the command prints them. */
class CompareCommandTest {
    private static final String PUBLISHED = "results/published";
    private static final String AMD = "results/amd-epyc-family-25-model-1-stepping-1-2c/2026-11-24T102705Z.json";
    private static final String INTEL = "results/intel-xeon-family-6-model-207-stepping-2-2c/2026-11-24T022902Z.json";

    @Test
    void acrossDevicesRowsLineUpAndTheRestIsFolded() {
        Launched result = Launched.here("compare", PUBLISHED, AMD, INTEL, "--by", "device", "--metric", "tokens_per_s");
        List<String> lines = result.out().lines().toList();
        assertThat(lines).anySatisfy(line -> assertThat(line)
                .startsWith("TrainStepBenchmark.trainStep model=gpt2-124m")
                .contains("468,114 (batch 64)")
                .contains("135,629 (batch 100)"));
        assertThat(lines).anySatisfy(line -> assertThat(line)
                .startsWith("ForwardBackwardBenchmark.forwardBackward model=gpt-small")
                .contains("62,568 (batch 24)")
                .contains("(batch 3)")
                .contains("(batch 1)"));
        assertThat(lines).anySatisfy(line -> assertThat(line)
                .startsWith("Only NVIDIA A100 40GB has: ")
                .contains("model=mpt-1b")
                .contains("20,959 (batch 16)"));
        assertThat(result.out()).contains("--exact compares equal batches only");
        Launched exact = Launched.here(
                "compare", PUBLISHED, AMD, INTEL, "--by", "device", "--metric", "tokens_per_s", "--exact");
        assertThat(exact.out()).contains("batchSize=24").doesNotContain("(batch 24)");
    }

    @Test
    void programsReadTheBatchOfEachCell() throws Exception {
        Launched json = Launched.here(
                "compare", PUBLISHED, AMD, INTEL, "--by", "device", "--metric", "tokens_per_s", "--format", "json");
        JsonNode value = new ObjectMapper().readTree(json.out());
        assertThat(value.get("rows"))
                .filteredOn(row -> row.get("params").path("model").asText().equals("gpt2-124m"))
                .singleElement()
                .satisfies(row ->
                        assertThat(row.get("values").findValuesAsText("batch")).containsExactly("100", "64"));
        Launched csv = Launched.here(
                "compare", PUBLISHED, AMD, INTEL, "--by", "device", "--metric", "tokens_per_s", "--format", "csv");
        assertThat(csv.out().lines().findFirst().orElseThrow()).endsWith(",batch");
    }

    @Test
    void zeroHasNoNoiseInPerCentOfItself() {
        Path folder = Path.of("src/test/resources/org/mfujmh/compare/cases/compare-zero-NaN-percent");
        Launched result = Launched.here("compare", folder.resolve("zero_a.json"), folder.resolve("zero_c.json"));
        assertThat(result.out()).doesNotContain("NaN").contains("inf");
        assertThat(Launched.here("compare", folder.resolve("zero_c.json"), folder.resolve("zero_a.json"))
                        .out())
                .doesNotContain("NaN")
                .contains("0.000");
    }
}
