package org.mfujmh.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.mfujmh.BadInput;
import org.mfujmh.flops.Convention;
import org.mfujmh.report.chart.Chart;
import org.mfujmh.report.measured.Input;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.measured.Warning;
import org.mfujmh.report.section.DataTable;
import org.mfujmh.report.section.Reproduction;
import org.mfujmh.report.section.Section;
import org.mfujmh.report.text.SuiteReport;
import org.mfujmh.results.JmhJson;

class ReportTest {
    private static JmhJson other(String size, double... forks) {
        return JmhJson.of("org.example.Sort.quick")
                .param("size", size)
                .mode("avgt", "us/op")
                .forks(forks);
    }

    private static Report beforeAndAfter(JmhJson before, JmhJson after) {
        return new Report(Input.of(List.of(
                new Input.File("before.json", List.of(before.entry())),
                new Input.File("after.json", List.of(after.entry())))));
    }

    private static JsonNode only(Report report, String chart, String dataset) {
        JsonNode rows = report.sections().stream()
                .flatMap(section -> section.charts().stream())
                .filter(one -> one.id().equals(chart))
                .findFirst()
                .orElseThrow()
                .spec()
                .at("/datasets/" + dataset);
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    @Test
    void aFailedEntryIsShownWithItsDoubtAndDrawnNowhere() {
        Report report = Pages.of(other("10", Double.NaN), other("20", 1, 2, 3));

        assertThat(report.answer().warnings()).containsKey("Failed: no numeric value");
        assertThat(report.toHtml()).contains("failed: no numeric value").contains("size=10");
        assertThat(only(report, "throughput", "means").get("value").asDouble()).isEqualTo(2);
    }

    @Test
    void warningsSayWhatIsDoubtful() {
        assertThat(warnings(other("1", 5, 5.1).asked(5)))
                .contains("2 of 5 forks returned a result", "2 forks: no interval");
        assertThat(warnings(other("1", 5, 8, 5)))
                .anySatisfy(warning -> assertThat(warning).startsWith("forks differ by 28.9 %"));
        assertThat(warnings(other("1", 5, 5.1, 4.9))).isEmpty();
        assertThat(warnings(Pages.pass(true, 1, 30_000, 0.01, 1))).isEmpty();
        // 1.3 x the best roofline of all forks.
        assertThat(warnings(Pages.pass(true, 1, 30_000, 0, 1)
                        .secondary("causal_exact_tflops", "TFLOP/s", 1.3 * 30_000 * 786_432 * 1.3 / 1e12)))
                .anySatisfy(warning -> assertThat(warning).startsWith("suspect"));
        assertThat(warnings(Pages.pass(true, 1, 30_000, 0.01, 1).secondary("throttled_share", "share", 0.4, 0.4, 0.4)))
                .contains("throttled 40.0 % of the time");
        assertThat(warnings(Pages.pass(true, 1, 30_000, 0.01, 1).secondary("cpu_contention", "share", 0.4, 0.4, 0.4)))
                .contains("other programs took 40.0 % of the CPUs of libtorch's threads");
        assertThat(warnings(other("1", 5).property("mfu.source", "a paper")))
                .containsExactly("published, not measured here");
    }

    /** The page asks the same code as the table: a noisy machine is not a clock above the datasheet's. */
    @Test
    void aShareAboveOneIsExplainedAsInTheTable() {
        JmhJson noisy = Pages.pass(true, 1, 30_000, 0.01, 1)
                .secondary("roofline_share", "share", 1.6, 1.6, 1.6)
                .secondary("roofline_tflops", "TFLOP/s", new double[][] {{0.0001, 0.03}});
        String table = SuiteReport.of(List.of(noisy.entry()), Convention.EXACT).toText();
        assertThat(warnings(noisy))
                .singleElement()
                .satisfies(warning -> assertThat(table).contains(warning).contains("which was unsteady"));
        assertThat(Pages.of(noisy).measured())
                .flatExtracting(Warning::of)
                .extracting(Warning::kind)
                .containsExactly("Above 100 % of an unsteady roofline: was the machine busy?");
        assertThat(section(Pages.of(noisy), "utilisation").message()).contains("which was unsteady");
    }

    private static List<String> warnings(JmhJson entry) {
        return Pages.of(entry).measured().stream()
                .flatMap(one -> Warning.of(one).stream())
                .map(Warning::detail)
                .toList();
    }

    /** Steps of a GPU that also decodes: 41 to 74 % of its compute, and 0.05 to 2 % for the decoding. */
    @Test
    void decodingIsShownByItsShareOfTheBandwidthAlone() {
        Report report = Pages.of(Path.of("results/nvidia-h200/2026-11-26T224145Z.json"));

        assertThat(section(report, "utilisation").message())
                .startsWith("Share of the measured GEMM roofline: 56.2 % to 73.8 %.")
                .contains("Decoding is limited by memory");
        assertThat(section(report, "utilisation").charts())
                .filteredOn(chart -> List.of("utilisation", "mfu").contains(chart.id()))
                .hasSize(2)
                .allSatisfy(chart -> assertThat(chart.spec().toString()).doesNotContain("llama", "(log)"));
        assertThat(section(report, "memory").message()).contains("4.77 GiB, whatever the batch.");
    }

    /** The terminal's table says 11.9 % memory of the first, whose share of the GEMM roofline is 0.07 %. */
    @Test
    void theShareOfADecodingStepIsThatOfTheRoofThatBindsIt() {
        Report report = Pages.of(Path.of("results/nvidia-h200/2026-11-26T224145Z.json"));
        String table = SuiteReport.of(
                        report.measured().stream().map(Measured::entry).toList(), Convention.EXACT)
                .toText();
        String[] row = report.toMarkdown()
                .lines()
                .filter(line -> line.startsWith("| llama-3.2-1b, batch 1,"))
                .findFirst()
                .orElseThrow()
                .split(" *\\| *", -1);
        assertThat(row[5]).isEqualTo("11.88 % memory");
        assertThat(table).containsPattern("llama-3.2-1b +1 x 512 .* 11\\.9 % .*memory");
        assertThat(report.toMarkdown()).doesNotContain("% of GEMM roofline");
    }

    @Test
    void whereEverythingDecodesTheBandwidthComesFirst() {
        Report report = Pages.of(JmhJson.of("org.mfujmh.bench.DecodeBenchmark.decode")
                .forks(1, 1, 1)
                .secondary("roofline_share", "share", 0.001, 0.001, 0.001)
                .secondary("bandwidth_share", "share", 0.5, 0.5, 0.5));

        assertThat(section(report, "utilisation").charts())
                .extracting(Chart::id)
                .containsExactly("bandwidth-share", "utilisation");
        assertThat(section(report, "utilisation").message())
                .contains("bandwidth")
                .contains("50.0 %");
        assertThat(section(report, "utilisation").message()).doesNotContain("0.1 %");
    }

    /** The line through 1.5, 2 and 3 GiB at batch 1, 2 and 4 is 1 + 0.5 x batch. */
    @Test
    void theMemoryOfASequenceIsTheSlope() {
        Report report = Pages.of(
                Pages.pass(true, 1, 1000, 0.01, 1),
                Pages.pass(true, 2, 1000, 0.01, 2),
                Pages.pass(true, 4, 1000, 0.01, 3));

        assertThat(section(report, "memory").message()).contains("1.00 GiB + 0.50 GiB x batch (R² 1.000)");
        assertThat(Pages.of(Pages.pass(true, 1, 1000, 0.01, 1)).absent())
                .filteredOn(section -> section.id().equals("memory"))
                .singleElement()
                .satisfies(section -> assertThat(section.message()).contains("single batch size"));
    }

    private static Section section(Report report, String id) {
        return report.sections().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void backwardTimeIsBothLessForward() {
        Report report = Pages.of(Pages.pass(false, 1, 9000, 0, 1), Pages.pass(true, 1, 2500, 0, 2));

        // 64 tokens in 64/2500 s less 64/9000 s, over 64/9000 s: 9000/2500 - 1.
        assertThat(section(report, "backward").message()).startsWith("Backward takes 2.60 times the time of forward");
    }

    @Test
    void conventionsAreTheProfilersMfu() {
        Report report = Pages.of(Pages.pass(true, 1, 1e9, 0, 1));

        // exact: 6M + 12LdT, M = 12 x 2 x 64^2 + 64 x 256 = 114,688; over 362.05 TFLOP/s.
        double exact = 1e9 * (6 * 114_688 + 12 * 2 * 64 * 64) / 362.05e12;
        DataTable table = section(report, "conventions").table().orElseThrow();
        assertThat(table.rows().get(0).get(0)).isEqualTo("exact");
        assertThat((Double) table.rows().get(0).get(3)).isCloseTo(exact, within(1e-9));
        assertThat(section(report, "conventions").title()).isEqualTo("MFU by convention");
    }

    @Test
    void twoFilesAreBeforeAndAfterWithTheGatesVerdict() {
        Report slower = beforeAndAfter(other("1", 100, 101, 99, 100, 100), other("1", 120, 121, 119, 120, 120));

        assertThat(slower.lead()).startsWith("after.json compared with before.json. REGRESSED: 1 REGRESSED");
        JsonNode ratio = only(slower, "change", "means");
        assertThat(ratio.get("series").asText()).isEqualTo("REGRESSED");
        assertThat(ratio.get("value").asDouble()).as("times: lower is better").isCloseTo(100.0 / 120, within(0.002));
        assertThat(slower.toMarkdown()).contains("Performance gate: REGRESSED");
    }

    /** Of one measurement at 5 % in each direction, the interval is the 90 % one of the log ratio: t(8; 0.95) = 1.860. */
    @Test
    void theIntervalOfAChangeIsTheTests() {
        Report slower = beforeAndAfter(other("1", 100, 101, 99, 100, 100), other("1", 120, 121, 119, 120, 120));

        JsonNode ratio = only(slower, "change", "means");
        double reach = 1.860 * Math.sqrt((5e-5 + 5e-5 / 1.44) / 5);
        assertThat(ratio.get("low").asDouble()).isCloseTo(Math.exp(-reach) / 1.2, within(2e-4));
        assertThat(ratio.get("label").asText())
                .contains("interval of the test 0.8")
                .doesNotContain("99 %");
        assertThat(section(slower, "change").formulas()).anyMatch(line -> line.contains("5 % in each direction"));
    }

    @Test
    void entriesOfOneNameAreToldApart() {
        Report report = beforeAndAfter(other("1", 1, 2, 3), other("1", 1, 2, 3));

        assertThat(report.measured())
                .extracting(Measured::name)
                .containsExactly("Sort.quick, before.json", "Sort.quick, after.json");
        assertThat(Pages.of(other("1", 1, 2, 3), other("1", 1, 2, 3)).measured())
                .extracting(Measured::name)
                .doesNotHaveDuplicates();
    }

    @Test
    void theCommandMeasuresTheSameAgain() {
        assertThat(Reproduction.commands(Pages.of(Pages.REAL_RUN).measured()).values())
                .containsExactly("./mfu bench ForwardBenchmark ForwardBackwardBenchmark -p batchSize=1 -p device=cpu"
                        + " -p dtype=bf16 -p gemm=upcast -p loss=sum -p model=gpt-small -p program=fused -p seqLen=1024"
                        + " -f 5 -wi 1 -w 1s -i 3 -r 3s");
        assertThat(Reproduction.commands(
                                Pages.of(other("$(rm -rf x)'; y", 1, 2, 3)).measured())
                        .values())
                .containsExactly(
                        "java -jar benchmarks.jar '^org\\.example\\.Sort\\.quick$' -p 'size=$(rm -rf x)'\\''; y'"
                                + " -f 3 -wi 0 -i 1 -bm avgt -tu us");
    }

    /** What a file records and no default says: the PyTorch, the peak, threads, the environment, the unit, the model itself. */
    @Test
    void theCommandHasWhatTheFileRecords() {
        JmhJson decoded = JmhJson.of("org.mfujmh.bench.DecodeBenchmark.decode")
                .mode("avgt", "us/op")
                .forks(1, 2, 3)
                .param("model", "mine")
                .property("mfu.model", "{\"model_type\":\"llama\"}")
                .property("mfu.env", "OMP_NUM_THREADS=1 MKL_CBWR=AVX2")
                .property("mfu.torchPath", "/opt/my torch/lib")
                .property("mfu.peakTflops", "312.0")
                .property("mfu.peakSource", "set by --peak-tflops");

        assertThat(Reproduction.commands(Pages.of(decoded).measured()))
                .hasSize(1)
                .allSatisfy((what, command) -> {
                    assertThat(what).endsWith(", with mine.json next to it: the value of mfu.model in its result");
                    assertThat(command)
                            .isEqualTo(
                                    "OMP_NUM_THREADS=1 MKL_CBWR=AVX2 ./mfu bench DecodeBenchmark -p model=mine.json -f 3"
                                            + " -wi 0 -i 1 -bm avgt -tu us --torch '/opt/my torch/lib' --peak-tflops 312.0");
                });
        assertThat(Reproduction.commands(
                                Pages.of(other("1", 1, 2, 3).threads(4)).measured())
                        .values())
                .containsExactly(
                        "java -jar benchmarks.jar '^org\\.example\\.Sort\\.quick$' -p size=1 -f 3 -wi 0 -i 1 -t 4"
                                + " -bm avgt -tu us");
    }

    @Test
    void markdownOfHostileTextIsText() {
        String markdown = Pages.of(Pages.HOSTILE.stream()
                        .map(text -> JmhJson.of("org.example.Sort.quick")
                                .param("x", text)
                                .property("mfu.device", text))
                        .toArray(JmhJson[]::new))
                .toMarkdown();

        // The commands are indented code, in which nothing means anything.
        String outsideOfCode =
                markdown.lines().filter(line -> !line.startsWith("    ")).collect(Collectors.joining("\n"));
        assertThat(outsideOfCode)
                .doesNotContain("<script", "<img", "<svg")
                .doesNotContainPattern("(?<!\\\\)\\]\\(http");
        assertThat(markdown).doesNotContain("\u001b", "\u202e");
        assertThat(markdown.lines().filter(line -> line.startsWith("## "))).hasSize(1);
    }

    @Test
    void aChartThatIsNotThereIsASentence() {
        Report report = Pages.of(other("1", 1, 2, 3));

        assertThatThrownBy(() -> report.toSvg("memory"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("No measurement has peak memory");
        assertThatThrownBy(() -> report.toSvg("throughputs"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("throughput");
    }
}
