package org.mfujmh.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mfujmh.flops.Convention;
import org.mfujmh.report.measured.Input;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.section.Section;
import org.mfujmh.report.text.SuiteReport;
import org.mfujmh.results.Difference;
import org.mfujmh.results.JmhJson;

/** What the sections of the page say of their data. */
class SectionsOfThePageTest {
    private static Section section(Report report, String id) {
        return report.sections().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** In GiB, 1 + batch x tokens / 128. */
    private static JmhJson pass(int batch, int tokens) {
        return JmhJson.of("org.mfujmh.bench.ForwardBenchmark.forward")
                .param("model", "gpt-small")
                .param("batchSize", Integer.toString(batch))
                .param("seqLen", Integer.toString(tokens))
                .forks(1, 1, 1)
                .secondary("peak_memory_bytes", "B", Math.pow(2, 30) * (1 + batch * tokens / 128.0));
    }

    private static JmhJson pass(String benchmark, double... tokensPerSecond) {
        return JmhJson.of("org.mfujmh.bench." + benchmark)
                .param("model", "gpt-small")
                .param("batchSize", "1")
                .param("seqLen", "64")
                .forks(1, 1, 1)
                .secondary("tokens_per_s", "tok/s", tokensPerSecond);
    }

    /** 85,899,345,920 bytes are 80 x 2^30. */
    @Test
    void conditionsAreApartAndInWords() {
        Report report = new Report(Input.of(List.of(
                new Input.File(
                        "a.json",
                        List.of(pass("ForwardBenchmark.forward", 1, 1, 1)
                                .property("mfu.memory", "85899345920")
                                .property("mfu.env", "")
                                .property("mfu.commit", "one")
                                .entry())),
                new Input.File(
                        "b.json",
                        List.of(pass("ForwardBenchmark.forward", 1, 1, 1)
                                .property("mfu.memory", "42949672960")
                                .property("mfu.commit", "two")
                                .entry())))));

        assertThat(section(report, "change").message())
                .contains("Conditions that differ: memory: 80.0 GiB -> 40.0 GiB; commit: one -> two.")
                .doesNotContain("environment");
    }

    @Test
    void twoSizesThatReadAlikeStayNumbers() {
        assertThat(Difference.between(
                        pass("A.a", 1).property("mfu.memory", "85899345920").entry(),
                        pass("A.a", 1).property("mfu.memory", "85899345921").entry()))
                .extracting(Difference::toString)
                .containsExactly("memory: 85899345920 -> 85899345921");
    }

    /** Forks of 1, 2 and 9 TFLOP/s: 4 - 9.925 x sqrt(19 / 3) is below zero, where no rate is. */
    @Test
    void anIntervalOfTheRooflinePlotThatReachesZeroIsDrawn() {
        JsonNode points = section(Pages.of(step("bf16", 30).secondary("model_tflops", "TFLOP/s", 1, 2, 9)), "roofline")
                .charts()
                .get(0)
                .spec()
                .at("/datasets/points");

        assertThat(points).hasSize(1);
        assertThat(points.get(0).get("low").asDouble()).isEqualTo(1);
        assertThat(points.get(0).get("high").asDouble()).isCloseTo(4 + 9.925 * Math.sqrt(19.0 / 3), within(0.01));
        assertThat(points.get(0).get("label").asText())
                .startsWith("4.000 TFLOP/s (99 % interval 0 to 28.977, 3 forks) at ");
    }

    @Test
    void eachPrecisionHasItsMeasuredCeiling() {
        Section both = section(Pages.of(step("bf16", 600), step("fp32", 40)), "roofline");
        assertThat(both.charts().get(0).spec().at("/datasets/ceilings").findValuesAsText("ceiling"))
                .contains("measured GEMM roofline in bf16: 600 TFLOP/s", "measured GEMM roofline in fp32: 40 TFLOP/s");
        Section one = section(Pages.of(step("bf16", 600)), "roofline");
        assertThat(one.charts().get(0).spec().at("/datasets/ceilings").findValuesAsText("ceiling"))
                .contains("measured GEMM roofline: 600 TFLOP/s");
    }

    private static JmhJson step(String precision, double roofline) {
        return pass("ForwardBenchmark.forward", 1, 1, 1)
                .param("dtype", precision)
                .param("program", "fused")
                .secondary("roofline_tflops", "TFLOP/s", roofline, roofline, roofline)
                .secondary("model_tflops", "TFLOP/s", 4, 4, 4);
    }

    /** 1/100 s forward, 1/80 s with recording, 1/20 s both: (1/20 - 1/80) x 100 = 3.75, and (1/20 - 1/100) x 100 = 4. */
    @Test
    void backwardIsBothLessAForwardThatRecords() {
        JmhJson forward = pass("ForwardBenchmark.forward", 100, 100.1, 99.9);
        JmhJson recording = pass("ForwardRecordingBenchmark.recordingForward", 80, 80.1, 79.9);
        JmhJson both = pass("ForwardBackwardBenchmark.forwardBackward", 20, 20.1, 19.9);

        Report recorded = Pages.of(forward, recording, both);
        assertThat(section(recorded, "backward").message())
                .startsWith("Backward takes 3.75 times the time of forward (99 %: 3.")
                .doesNotContain("includes");
        assertThat(SuiteReport.of(
                                recorded.measured().stream()
                                        .map(Measured::entry)
                                        .toList(),
                                Convention.EXACT)
                        .toText())
                .contains("takes 3.75 x the time of forward");
        assertThat(section(Pages.of(forward, both), "backward").message())
                .startsWith("Backward takes 4.00 times")
                .endsWith("The time includes the cost of recording the graph.");
    }

    @Test
    void aLineOfMemoryIsOfOneNumberOfTokensAndOneFile() {
        Report lengths = Pages.of(pass(1, 64), pass(2, 64), pass(4, 64), pass(1, 128), pass(2, 128), pass(4, 128));

        assertThat(section(lengths, "memory").message())
                .isEqualTo("gpt-small, forward, 64 tokens: 1.00 GiB + 0.50 GiB x batch (R² 1.000).");
        assertThat(section(lengths, "memory").charts().get(0).spec().toString())
                .contains("gpt-small, forward, 128 tokens", "1.00 GiB + 1.00 GiB x batch");

        Report files = new Report(Input.of(List.of(
                new Input.File(
                        "a.json", List.of(pass(1, 64).entry(), pass(2, 64).entry())),
                new Input.File(
                        "b.json", List.of(pass(1, 64).entry(), pass(2, 64).entry())))));
        assertThat(section(files, "memory").charts().get(0).spec().toString())
                .contains("gpt-small, forward, a.json", "gpt-small, forward, b.json");
        assertThat(section(Pages.of(Path.of("results/amd-epyc-family-25-model-1-stepping-1-2c/scaling.json")), "memory")
                        .message())
                .contains(" tokens, ");
    }

    /** gemma-3-270m has 18 layers, 4 heads of 256, width 640, 2,048 hidden, 262,144 entries; 15 layers have a window. */
    @Test
    void theAttentionOfAWindowIsAttention() {
        Report report = Pages.of(JmhJson.of("org.mfujmh.bench.ForwardBenchmark.forward")
                .param("model", "gemma-3-270m")
                .param("batchSize", "8")
                .param("seqLen", "1024")
                .forks(1, 1, 1));

        // Of a token; exact counts the whole square of a window, too.
        double attention = 18 * 4.0 * (4 * 256) * 1024;
        double weights = 2.0 * (18 * (640 * (1024 + 2 * 256) + 1024 * 640 + 3 * 640 * 2048) + 640 * 262_144);
        assertThat(section(report, "flops").message())
                .contains("scores and values take %.1f %% of the FLOPs"
                        .formatted(100 * attention / (weights + attention)));
    }

    /**
     * llama-3.2-1b: 16 layers of width 2048, hidden 8192, 32 heads and 8 of keys and values, each of 64; 128,256 entries.
     * A step with 512 tokens in its cache attends to 513.
     */
    @Test
    void aDecodingStepsConventionsAreItsOwn() {
        Report report = Pages.of(JmhJson.of("org.mfujmh.bench.DecodeBenchmark.decode")
                .param("model", "llama-3.2-1b")
                .param("batchSize", "1")
                .param("seqLen", "512")
                .forks(1, 1, 1)
                .secondary("tokens_per_s", "tok/s", 100, 100, 100));

        double weights = 16.0 * (2 * 2048 * 2048 + 2 * 2048 * 512 + 3 * 2048 * 8192) + 2048.0 * 128_256;
        double attention = 16.0 * 32 * 64 * 513;
        Section conventions = section(report, "conventions");
        assertThat(conventions.table().orElseThrow().rows())
                .extracting(row -> row.subList(0, 3))
                .contains(
                        List.of("exact", "2M + 4A(T+1)", 2 * weights + 4 * attention),
                        List.of("causal_exact", "2M + 4A(T+1)", 2 * weights + 4 * attention),
                        List.of("causal_half", "2M + 2A(T+1)", 2 * weights + 2 * attention));
        assertThat(conventions.message())
                .endsWith("No peak is recorded with this run, so FLOP/s are shown instead of MFU.");
        assertThat(conventions.formulas())
                .anyMatch(line -> line.endsWith("the weights of all matrix products."))
                .anyMatch(line -> line.startsWith("A: "))
                .noneMatch(line -> line.contains("12Ld"));
    }
}
