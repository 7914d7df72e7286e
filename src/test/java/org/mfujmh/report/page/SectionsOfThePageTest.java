package org.mfujmh.report.page;

import static org.assertj.core.api.Assertions.assertThat;

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
}
