package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.results.JmhJson;

class FleetCommandTest {
    @TempDir
    private Path folder;

    private void node(String file, double... forks) {
        JmhJson.write(
                folder.resolve(file),
                JmhJson.of("org.example.Some.run")
                        .property("mfu.device", "H100")
                        .forks(forks));
    }

    @BeforeEach
    void twoThatAreWell() {
        node("node-1.json", 99, 100, 101);
        node("node-2.json", 100, 101, 102);
    }

    @Test
    void aFleetThatIsWellIsToldSo() {
        Ran ran = Ran.mfu("fleet", folder.toString());

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).contains("over 2 files").contains("All files are whole");
    }

    @Test
    void stragglersIncompleteAndDamagedFilesAreNamedAndTheExitCodeIsOne() throws IOException {
        node("slow.json", 89.9, 90, 90.1);
        Files.writeString(folder.resolve("cut.json"), "[{\"benchmark\": \"org");

        Ran ran = Ran.mfu("fleet", folder.toString());

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out())
                .containsPattern("slow\\.json .* -10\\.\\d % .* straggler")
                .contains("Damaged")
                .contains("cut.json");
        assertThat(Ran.mfu("fleet", folder.toString(), "--format", "json").out())
                .contains("\"sound\" : false")
                .contains("STRAGGLER");
    }

    @Test
    void badInputIsASentence() throws IOException {
        assertThat(Ran.mfu("fleet", folder.toString(), "--threshold", "much").exitCode())
                .isEqualTo(2);
        assertThat(Ran.mfu("fleet", folder.toString(), "--metric", "nosuch").err())
                .contains("nosuch");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThat(Ran.mfu("fleet", empty.toString()).exitCode()).isEqualTo(2);
    }
}
