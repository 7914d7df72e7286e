package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
        assertThat(ran.out()).contains("of 2 files").contains("All files are complete");
    }

    @Test
    void ofOneDeviceItIsSaidThatThereIsNothingToCompareItWith() throws IOException {
        Ran ran = Ran.mfu("fleet", folder.resolve("node-1.json").toString());

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .contains("no device has a sibling here to be compared with")
                .doesNotContain("below its siblings");
    }

    @Test
    void aSlowDeviceWithOneForkIsNotCalledNoise() {
        node("one.json", 60);

        Ran ran = Ran.mfu("fleet", folder.toString());

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .containsPattern("one\\.json .* -40\\.\\d % .* too few forks to tell")
                .doesNotContain("may be noise")
                .contains("no device is shown to be 3% below");
    }

    @Test
    void aDeviceWhoseForksDiedFailsTheFleetInEachFormat() {
        JmhJson.write(
                folder.resolve("died.json"),
                JmhJson.of("org.example.Some.run")
                        .property("mfu.device", "H100")
                        .forks(60)
                        .asked(5));
        String why = "5 forks were requested and 1 returned a result";
        Ran text = Ran.mfu("fleet", folder.toString());
        assertThat(text.exitCode()).isEqualTo(1);
        assertThat(text.out()).contains("Failed").contains(why).doesNotContain("All files are complete");
        Ran csv = Ran.mfu("fleet", folder.toString(), "--format", "csv");
        assertThat(csv.exitCode()).isEqualTo(1);
        assertThat(csv.out()).containsPattern("died\\.json,.*,FAILED");
        assertThat(csv.err()).containsPattern("Failed: .*died\\.json: " + why);
        assertThat(Ran.mfu("fleet", folder.toString(), "--format", "json").out())
                .contains("\"FAILED\"")
                .contains(why);
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

    /** A table of figures has no row for them, but the exit code is 1 for their sake. */
    @Test
    void whatATableOfFiguresCannotShowIsSaidOnStandardError() throws IOException {
        Files.writeString(folder.resolve("cut.json"), "[{\"benchmark\": \"org");
        JmhJson.write(
                folder.resolve("part.json"),
                JmhJson.of("org.example.Other.run")
                        .property("mfu.device", "H100")
                        .forks(1, 2, 3));
        Ran ran = Ran.mfu("fleet", folder.toString(), "--format", "csv");
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out())
                .startsWith("file,device")
                .doesNotContain("cut.json")
                .doesNotContain("Incomplete");
        assertThat(ran.err())
                .containsPattern("Damaged: .*cut\\.json")
                .containsPattern("Incomplete: .*part\\.json lacks 1 of 2 measurements\\.");
    }

    /** 100 to the 101 of its only sibling, and the other way round. */
    @Test
    void aProgramGetsALineADeviceAndMeasurement() {
        assertThat(Ran.mfu("fleet", folder.toString(), "--format", "csv").out().lines())
                .containsExactly(
                        "file,device,benchmark,params,value,ratio,standing",
                        folder.resolve("node-1.json") + ",H100,org.example.Some.run,,100.0," + 100.0 / 101 + ",LEVEL",
                        folder.resolve("node-2.json") + ",H100,org.example.Some.run,,101.0," + 101.0 / 100 + ",LEVEL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fleet", "history"})
    void oneMetricAtATimeWhereOneIsShown(String command) {
        Ran ran = Ran.mfu(command, folder.toString(), "--metric", "score,mfu");
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("--metric names 2: score, mfu. Choose one");
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
