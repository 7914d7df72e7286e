package org.mfujmh.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mfujmh.report.measured.Input;
import org.mfujmh.report.section.Section;
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
