package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mfujmh.BadInput;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;

class MatrixTest {
    private static JmhJson run(String model, double speed) {
        return JmhJson.of("org.example.Some.run").param("model", model).forks(speed - 1, speed, speed + 1);
    }

    private static List<Entry> file(JmhJson... entries) {
        return Arrays.stream(entries).map(JmhJson::entry).toList();
    }

    private static Map<String, List<Entry>> files(List<Entry> a, List<Entry> b) {
        Map<String, List<Entry>> files = new LinkedHashMap<>();
        files.put("a.json", a);
        files.put("b.json", b);
        return files;
    }

    private static Matrix matrix(Map<String, List<Entry>> files, String by, Matrix.Reference reference) {
        return Grid.of(files, by, List.of(), false).matrix(MetricLabel.SCORE, reference, Optional.empty());
    }

    @Test
    void ratiosAreToTheFirstAndTheirMeanIsGeometric() {
        Matrix matrix = matrix(
                files(file(run("s", 100), run("m", 50), run("l", 20)), file(run("m", 100), run("s", 50), run("xl", 5))),
                "file",
                Matrix.Reference.FIRST);
        assertThat(matrix.rows())
                .extracting(row -> row.identity().params().get("model"))
                .containsExactly("s", "m", "l", "xl");
        assertThat(matrix.rows().get(0).ratios()).containsExactly(1.0, 0.5);
        assertThat(matrix.rows().get(1).ratios()).containsExactly(1.0, 2.0);
        assertThat(matrix.rows().get(2).ratios()).containsExactly(1.0, Double.NaN);
        assertThat(matrix.rows().get(3).ratios()).containsExactly(Double.NaN, Double.NaN);
        assertThat(matrix.geomean().get(1)).as("half and double").isCloseTo(1, within(1e-12));
        assertThat(matrix.shared()).isEqualTo(2);
        assertThat(matrix.missing())
                .containsExactly("a.json lacks 1 of 4 measurements.", "b.json lacks 1 of 4 measurements.");
    }

    @Test
    void theBestIsOne() {
        Matrix matrix = matrix(files(file(run("s", 100)), file(run("s", 200))), "file", Matrix.Reference.BEST);
        assertThat(matrix.rows().get(0).ratios()).containsExactly(0.5, 1.0);
        // Times: the smaller is the better.
        Matrix times = matrix(
                files(
                        file(run("s", 100).mode("avgt", "s/op")),
                        file(run("s", 200).mode("avgt", "s/op"))),
                "file",
                Matrix.Reference.BEST);
        assertThat(times.rows().get(0).ratios()).containsExactly(1.0, 0.5);
    }

    @Test
    void cellsAreMeansOverForksWithTheirInterval() {
        Matrix.Cell cell = matrix(files(file(run("s", 100)), file(run("s", 200))), "file", Matrix.Reference.FIRST)
                .rows()
                .get(0)
                .cells()
                .get(0)
                .orElseThrow();
        assertThat(cell.forks()).isEqualTo(3);
        // s = 1, t(2 df, 0.995) = 9.9248
        assertThat(cell.value().high()).isCloseTo(100 + 9.9248 / Math.sqrt(3), within(1e-3));
    }

    @Test
    void filesOfOneProgramEachShareTheirRows() {
        Matrix matrix = matrix(
                files(
                        file(run("s", 100).param("program", "fused")),
                        file(run("s", 60).param("program", "notebook"))),
                "file",
                Matrix.Reference.FIRST);
        assertThat(matrix.rows()).hasSize(1);
        assertThat(matrix.differences()).containsExactly("b.json compared with a.json: program: fused -> notebook.");
        Interval change = matrix.change(matrix.rows().get(0), Optional.empty()).orElseThrow();
        assertThat(change.estimate()).isCloseTo(0.6, within(1e-3));
        assertThat(change.high()).isLessThan(1);
    }

    @Test
    void bothProgramsInAFileStayTwoRows() {
        List<Entry> both =
                file(run("s", 100).param("program", "fused"), run("s", 60).param("program", "notebook"));
        assertThat(matrix(files(both, both), "file", Matrix.Reference.FIRST).rows())
                .hasSize(2);
        Matrix byProgram = matrix(Map.of("a.json", both), "program", Matrix.Reference.FIRST);
        assertThat(byProgram.columns()).containsExactly("fused", "notebook");
        assertThat(byProgram.rows()).hasSize(1);
    }

    @Test
    void columnsMayBeDevices() {
        Matrix matrix = matrix(
                files(
                        file(run("s", 100).property("mfu.device", "A100")),
                        file(run("s", 300).property("mfu.device", "H100"))),
                "device",
                Matrix.Reference.FIRST);
        assertThat(matrix.columns()).containsExactly("A100", "H100");
    }

    @Test
    void twoInOnePlaceAreASentence() {
        Map<String, List<Entry>> twice = files(
                file(run("s", 100).property("mfu.device", "A100")),
                file(run("s", 300).property("mfu.device", "A100")));
        assertThatThrownBy(() -> Grid.of(twice, "device", List.of(), false))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("would share a cell in column A100");
        assertThatThrownBy(() -> Grid.of(twice, "nosuch", List.of(), false))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("Available: file, device, model");
    }

    @Test
    void ignoredParametersDoNotTellRowsApart() {
        Map<String, List<Entry>> largest = files(
                file(run("s", 100).param("batchSize", "24")), file(run("s", 200).param("batchSize", "48")));
        assertThat(Grid.of(largest, "file", List.of(), false).lines()).hasSize(2);
        assertThat(Grid.of(largest, "file", List.of("batchSize"), false).lines())
                .hasSize(1);
    }

    @Test
    void anotherUnitHasNoRatio() {
        Matrix matrix = matrix(
                files(file(run("s", 100)), file(run("s", 200).mode("thrpt", "furlongs/s"))),
                "file",
                Matrix.Reference.FIRST);
        assertThat(matrix.rows().get(0).ratios()).containsExactly(1.0, Double.NaN);
        assertThat(matrix.change(matrix.rows().get(0), Optional.empty())).isEmpty();
    }

    @Test
    void unitsThatConvertAreOneColumnOfValues() {
        Matrix matrix = matrix(
                files(
                        file(run("s", 2000)),
                        file(JmhJson.of("org.example.Some.run")
                                .param("model", "s")
                                .mode("thrpt", "ops/ms")
                                .forks(0.9, 1, 1.1))),
                "file",
                Matrix.Reference.FIRST);
        assertThat(matrix.rows().get(0).ratios()).containsExactly(1.0, 0.5);
        assertThat(matrix.rows().get(0).cells().get(1).orElseThrow().unit()).isEqualTo("ops/s");
        assertThat(matrix.change(matrix.rows().get(0), Optional.empty())).isPresent();
    }

    @Test
    void zeroIsAValueHereToo() {
        JmhJson nothing = JmhJson.of("org.example.Some.run").param("model", "s").forks(0, 0, 0);
        Matrix fell = matrix(
                files(file(run("s", 100), run("m", 100)), file(nothing, run("m", 50))), "file", Matrix.Reference.FIRST);
        assertThat(fell.rows().get(0).ratios()).containsExactly(1.0, 0.0);
        assertThat(fell.geomean().get(1)).isCloseTo(0.5, within(1e-12));
        assertThat(fell.missing()).anyMatch(line -> line.contains("left out of the geometric mean"));
        Matrix rose = matrix(files(file(nothing), file(run("s", 100))), "file", Matrix.Reference.FIRST);
        assertThat(rose.rows().get(0).ratios()).containsExactly(1.0, Double.POSITIVE_INFINITY);
        Matrix same = matrix(files(file(nothing), file(nothing)), "file", Matrix.Reference.FIRST);
        assertThat(same.rows().get(0).ratios()).containsExactly(1.0, 1.0);
    }

    @Test
    void aSeriesThatFallsToZeroHasChanged() {
        Map<String, List<Entry>> files = new LinkedHashMap<>();
        for (int day = 0; day < 12; day++) {
            JmhJson run = JmhJson.of("org.example.Some.run");
            // From another day on in another unit, which changes nothing.
            files.put(
                    "day" + day,
                    file(
                            day >= 6
                                    ? run.forks(0, 0, 0)
                                    : day >= 3 ? run.mode("thrpt", "ops/ms").forks(.1) : run.forks(100)));
        }
        List<History> histories = History.of(files, Optional.empty(), Optional.empty());
        assertThat(histories).hasSize(1);
        assertThat(histories.get(0).changes()).singleElement().satisfies(change -> {
            assertThat(change.at()).isEqualTo(6);
            assertThat(change.ratio()).isZero();
        });
    }

    @Test
    void aSeriesOfNoiseAboutZeroHasNot() {
        Map<String, List<Entry>> files = new LinkedHashMap<>();
        for (int day = 0; day < 12; day++) {
            files.put("day" + day, file(run("s", 100).secondary("gc.alloc.rate.norm", "B/op", day < 6 ? 1e-6 : 4e-6)));
        }
        Optional<MetricLabel> allocation = Optional.of(new MetricLabel("gc.alloc.rate.norm"));
        assertThat(History.of(files, allocation, Optional.empty()).get(0).changes())
                .isEmpty();
    }

    private static JmhJson on(String device, String model, int batch, double tokensPerSecond) {
        return JmhJson.of("org.example.Pass.run")
                .property("mfu.device", device)
                .param("model", model)
                .param("batchSize", "" + batch)
                .param("program", "of " + device)
                .forks(tokensPerSecond / batch)
                .secondary("tokens_per_s", "tok/s", tokensPerSecond)
                .secondary("mfu", "share", tokensPerSecond / 1e4);
    }

    private static Map<String, List<Entry>> devices() {
        return files(
                file(on("A100", "small", 8, 300), on("A100", "small", 16, 400), on("A100", "large", 4, 50)),
                file(on("CPU", "tiny", 1, 9), on("CPU", "small", 1, 2), on("CPU", "small", 2, 1)));
    }

    @Test
    void acrossDevicesEachStandsWithItsBestBatch() {
        Grid grid = Grid.of(devices(), "device", List.of(), false);
        Matrix matrix = grid.matrix(MetricLabel.TOKENS_PER_SECOND, Matrix.Reference.FIRST, Optional.empty());
        assertThat(matrix.rows())
                .extracting(row -> row.identity().params().get("model"))
                .as("what one column alone has is last")
                .containsExactly("small", "large", "tiny");
        Matrix.MatrixRow shared = matrix.rows().get(0);
        assertThat(shared.cells())
                .extracting(cell -> cell.orElseThrow().batch())
                .containsExactly("16", "1");
        assertThat(shared.ratios()).containsExactly(1.0, 2.0 / 400);
        assertThat(matrix.shown()).containsExactly(shared);
        assertThat(matrix.folded()).hasSize(2);
        assertThat(matrix.missing()).isEmpty();
        // Another metric has the same batches, though a smaller one had less of it.
        assertThat(grid.matrix(new MetricLabel("mfu"), Matrix.Reference.FIRST, Optional.empty())
                        .rows()
                        .get(0)
                        .cells()
                        .get(0)
                        .orElseThrow()
                        .batch())
                .isEqualTo("16");
    }

    @Test
    void equalBatchesAreAskedForByExactAndAreTheRuleOnOneDevice() {
        assertThat(Grid.of(devices(), "device", List.of(), true).lines()).hasSize(6);
        Map<String, List<Entry>> one = files(
                file(on("A100", "small", 8, 300), on("A100", "small", 16, 400)),
                file(on("A100", "small", 8, 310), on("A100", "small", 16, 410)));
        assertThat(Grid.of(one, "file", List.of(), false).lines()).hasSize(2);
        assertThat(Grid.of(one, "file", List.of(), false).isOfBestBatches()).isFalse();
    }

    @Test
    void twoProgramsOfOneDeviceKeepTheirRows() {
        Map<String, List<Entry>> files = files(
                file(on("A100", "small", 8, 300), on("A100", "small", 16, 400).param("program", "other")),
                file(on("CPU", "small", 1, 2)));
        assertThat(Grid.of(files, "device", List.of(), false).lines()).hasSize(3);
    }

    @Test
    void aSeriesKeepsItsFilesAndMarksItsChange() {
        Map<String, List<Entry>> files = new LinkedHashMap<>();
        for (int day = 0; day < 16; day++) {
            files.put("day" + day, file(run("s", (day < 8 ? 100 : 90) + 0.3 * (day % 3)), run("m", 50)));
        }
        files.put("day16", file(run("m", 50)));
        List<History> histories = History.of(files, Optional.empty(), Optional.empty());
        assertThat(histories).hasSize(2);
        assertThat(histories.get(0).points()).hasSize(16);
        assertThat(histories.get(0).changes()).singleElement().satisfies(change -> {
            assertThat(change.at()).isEqualTo(8);
            assertThat(change.ratio()).isCloseTo(0.9, within(0.002));
        });
        assertThat(histories.get(1).changes()).isEmpty();
    }

    @Test
    void theIntervalIsOfTheRatioThatIsShown() {
        Map<String, List<Entry>> files = files(file(run("s", 200)), file(run("s", 100)));
        Matrix first = matrix(files, "file", Matrix.Reference.FIRST);
        assertThat(first.change(first.rows().get(0), Optional.empty())
                        .orElseThrow()
                        .estimate())
                .isCloseTo(0.5, within(1e-3));
        Matrix best = matrix(files(file(run("s", 100)), file(run("s", 200))), "file", Matrix.Reference.BEST);
        assertThat(best.rows().get(0).ratios()).containsExactly(0.5, 1.0);
        assertThat(best.change(best.rows().get(0), Optional.empty())).isEmpty();
    }

    private static JmhJson share(String device, String peak, double mfu) {
        return run("s", 100)
                .property("mfu.device", device)
                .property("mfu.peakTflops", peak)
                .secondary("mfu", "share", mfu, mfu, mfu);
    }

    @Test
    void sharesOfDifferentPeaksOfOneDeviceHaveNoRatio() {
        Matrix matrix = Grid.of(
                        files(file(share("H100", "989", 0.4)), file(share("H100", "1979", 0.2))),
                        "file",
                        List.of(),
                        false)
                .matrix(new MetricLabel("mfu"), Matrix.Reference.FIRST, Optional.empty());
        assertThat(matrix.rows().get(0).ratios()).containsExactly(1.0, Double.NaN);
        assertThat(matrix.missing())
                .containsExactly("1 row has shares of different peaks of one device, which have no ratio.");
        Matrix devices = Grid.of(
                        files(file(share("H100", "989", 0.4)), file(share("A100", "312", 0.5))),
                        "file",
                        List.of(),
                        false)
                .matrix(new MetricLabel("mfu"), Matrix.Reference.FIRST, Optional.empty());
        assertThat(devices.rows().get(0).ratios().get(1)).isCloseTo(0.5 / 0.4, within(1e-12));
    }
}
