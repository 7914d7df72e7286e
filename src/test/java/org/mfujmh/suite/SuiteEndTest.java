package org.mfujmh.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.device.peaks.PeakChoice;
import org.mfujmh.flops.Convention;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;
import org.mfujmh.results.ResultFile;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.SuiteOptions;
import org.mfujmh.suite.run.SuiteFile;

/** How a suite ends whose results are written. */
class SuiteEndTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private int end(Path path) {
        Entry entry = JmhJson.of("a.Foreign.benchmark").forks(1).entry();
        SuiteFile file = SuiteFile.empty(path);
        file.put(new Combination(entry.benchmark(), entry.params()), entry);
        SuiteOptions options = SuiteOptions.of(
                List.of(), List.of(), false, Duration.ofMinutes(1), PeakChoice.SHIPPED, Convention.EXACT);
        return new SuiteEnd(options, file, new PrintStream(said, true, StandardCharsets.UTF_8)).tell(Map.of());
    }

    @Test
    void withItsPageAllIsWritten() {
        assertThat(end(folder.resolve("r.json"))).isZero();
        assertThat(folder.resolve("r.html")).isNotEmptyFile();
    }

    /** As every output that cannot be written. */
    @Test
    void aPageThatCannotBeWrittenIsTheExitCode() throws Exception {
        Files.createDirectories(folder.resolve("a run.html/in the way"));
        Path file = folder.resolve("a run.json");
        assertThat(end(file)).isEqualTo(1);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("The page could not be written, but the results are safe (")
                .contains("a run.html cannot be written: it is a folder). Try again with: ./mfu report '" + file + "'");
        assertThat(ResultFile.read(file)).hasSize(1);
    }
}
