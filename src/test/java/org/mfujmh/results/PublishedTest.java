package org.mfujmh.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
