package org.mfujmh.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.bytes.ByteConvention;
import org.mfujmh.bytes.DecodeBytes;
import org.mfujmh.model.Precision;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassId;

class PublishedTest {
    @TempDir
    private Path folder;

    @Test
    void theFilesThatAreCommittedAreThoseOfTheTable() throws IOException {
        List<Path> written = Published.writeTo(folder);
        assertThat(names(folder)).isEqualTo(names(Path.of("results/published")));
        for (Path file : written) {
            assertThat(file)
                    .hasSameTextualContentAs(Path.of("results/published").resolve(file.getFileName()));
        }
    }

    private static List<String> names(Path in) throws IOException {
        try (Stream<Path> files = Files.list(in)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    /** qwen3-0.6b on an A100, eight sequences: 280 tokens/s are 35 steps/s, and the prompt is among them. */
    @Test
    void aDecodedTokenIsOneOfAStep() {
        Entry entry = Published.files().get("book-decode-a100").stream()
                .filter(one -> one.params().get("batchSize").equals("8"))
                .findFirst()
                .orElseThrow();
        assertThat(entry.pass()).contains(PassId.DECODE);
        assertThat(entry.secondary("tokens_per_s").orElseThrow().score()).isEqualTo(280);
        assertThat(entry.primary().score()).isEqualTo(35);
        assertThat(Published.files().get("book-decode-a100"))
                .allSatisfy(one -> assertThat(one.property("mfu.source").orElseThrow())
                        .contains("the prompt's tokens count as decoded"));
    }

    /** gpt-fast prints 1,410.76 GB/s for llama-3.1-8b; our count by its convention gives the same to 0.2 %. */
    @Test
    void gptFastsShareIsOurCountOfItsConvention() {
        Entry entry = Published.files().get("gpt-fast-a100-80gb").get(1);
        double rate = entry.secondary("tokens_per_s").orElseThrow().score();
        double counted =
                ByteConvention.GPT_FAST.of(new DecodeBytes(Models.named("llama-3.1-8b"), 1, 105, Precision.BF16));
        assertThat(entry.secondary("mbu_gpt_fast").orElseThrow().score())
                .isCloseTo(rate * counted / 2039e9, withinPercentage(0.2));
    }

    /** The notebook's A100, batch 16 of 1,024 tokens: 34,248.82 tokens/s. */
    @Test
    void aRowIsOneMeasurementWithoutASpread() {
        Entry entry = Published.files().get("notebook-a100").get(0);
        assertThat(entry.params()).containsEntry("model", "gpt-small").containsEntry("batchSize", "16");
        assertThat(entry.property("mfu.device")).contains("NVIDIA A100");
        assertThat(entry.secondary("tokens_per_s").orElseThrow().score()).isEqualTo(34248.82);
        assertThat(entry.primary().score()).isEqualTo(34248.82 / (16 * 1024));
        assertThat(entry.primary().rawData()).hasDimensions(1, 1);
    }
}
