package org.mfujmh.suite.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.BadInput;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;
import org.mfujmh.results.ResultFile;
import org.mfujmh.suite.plan.Combination;

/** A result file that another run, as on another host, writes to at the same time. */
class SuiteFileTest {
    private static final String FOREIGN = "a.Foreign.benchmark";

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void named() {
        path = folder.resolve("r.json");
    }

    private static JmhJson of(String size, double mean) {
        return JmhJson.of(FOREIGN).param("size", size).forks(mean);
    }

    private static void put(SuiteFile file, JmhJson result) {
        Entry entry = result.entry();
        file.put(new Combination(entry.benchmark(), entry.params()), entry);
    }

    private List<String> written() {
        return ResultFile.read(path).stream()
                .map(entry ->
                        entry.params().get("size") + ": " + entry.primary().score())
                .toList();
    }

    @Test
    void whatAnotherRunHasAddedStaysAndCountsAsDone() {
        JmhJson.write(path, of("1", 1));
        SuiteFile file = SuiteFile.resumed(path);
        put(file, of("2", 2));
        SuiteFile other = SuiteFile.resumed(path);
        put(other, of("3", 3));
        put(file, of("4", 4));
        assertThat(written()).containsExactlyInAnyOrder("1: 1.0", "2: 2.0", "3: 3.0", "4: 4.0");
        assertThat(file.holds(new Combination(FOREIGN, Map.of("size", "3")))).isTrue();
        put(other, of("5", 5));
        assertThat(written()).containsExactlyInAnyOrder("1: 1.0", "2: 2.0", "3: 3.0", "4: 4.0", "5: 5.0");
    }

    @Test
    void aResultIsOfTheRunThatMeasuredItLast() {
        JmhJson.write(path, of("1", 1), of("2", 1));
        SuiteFile file = SuiteFile.resumed(path);
        SuiteFile other = SuiteFile.resumed(path);
        put(file, of("1", 7));
        put(other, of("2", 8));
        put(file, of("1", 9));
        assertThat(written()).containsExactlyInAnyOrder("1: 9.0", "2: 8.0");
    }

    @Test
    void oneOfOtherConditionsEndsTheRunAndNothingIsLost() {
        JmhJson.write(path, of("0", 0));
        SuiteFile file = SuiteFile.resumed(path);
        Combination asked = new Combination(FOREIGN, Map.of("size", "2"));
        file.requireAlike(
                List.of(asked),
                one -> entry ->
                        entry.property("mfu.commit").map("it was "::concat).orElse(""));
        put(SuiteFile.resumed(path), of("2", 2).property("mfu.commit", "another"));
        assertThatThrownBy(() -> put(file, of("1", 1)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("Another run has written to " + path)
                .hasMessageContaining("it was another");
        assertThat(written()).containsExactlyInAnyOrder("0: 0.0", "1: 1.0", "2: 2.0");
    }

    @Test
    void withoutResumeItReplacesTheFileButNotWhatIsAddedAfterThat() {
        JmhJson.write(path, of("0", 0));
        SuiteFile file = SuiteFile.empty(path);
        put(file, of("1", 1));
        assertThat(written()).containsExactly("1: 1.0");
        put(SuiteFile.resumed(path), of("2", 2));
        put(file, of("3", 3));
        assertThat(written()).containsExactlyInAnyOrder("1: 1.0", "2: 2.0", "3: 3.0");
    }

    @Test
    void aFileThatIsGoneOrBrokenMeanwhileIsWrittenAgain() throws Exception {
        SuiteFile file = SuiteFile.empty(path);
        put(file, of("1", 1));
        Files.delete(path);
        put(file, of("2", 2));
        Files.writeString(path, "[{");
        put(file, of("3", 3));
        assertThat(written()).containsExactly("1: 1.0", "2: 2.0", "3: 3.0");
    }

    @Test
    void theFolderIsMadeWithTheFirstResult() {
        path = folder.resolve("results/device/r.json");
        SuiteFile file = SuiteFile.empty(path);
        assertThat(folder).isEmptyDirectory();
        put(file, of("1", 1));
        assertThat(written()).containsExactly("1: 1.0");
    }

    @Test
    void aFolderThatCannotBeMadeIsRefused() throws Exception {
        Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> SuiteFile.empty(folder.resolve("file/device/r.json")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("cannot be written to " + folder.resolve("file/device/r.json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "[]", "[\n]\n"})
    void aFileWithoutAResultIsResumedLikeNone(String text) throws Exception {
        Files.writeString(path, text);
        SuiteFile file = SuiteFile.resumed(path);
        assertThat(file.entries()).isEmpty();
        put(file, of("1", 1));
        assertThat(written()).containsExactly("1: 1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{", "{}", "[1]", "no JSON"})
    void whatIsNoResultFileIsRefused(String text) throws Exception {
        Files.writeString(path, text);
        assertThatThrownBy(() -> SuiteFile.resumed(path)).isInstanceOf(BadInput.class);
    }

    @Test
    void ofAResultThatStandsThereTwiceTheLastIsKept() {
        JmhJson.write(path, of("1", 1), of("2", 2), of("1", 3));
        SuiteFile file = SuiteFile.resumed(path);
        assertThat(file.notes()).singleElement().asString().startsWith("1 result stands in that file a second time");
        put(file, of("4", 4));
        assertThat(written()).containsExactlyInAnyOrder("1: 3.0", "2: 2.0", "4: 4.0");
        assertThat(SuiteFile.resumed(path).notes()).isEmpty();
    }
}
