package org.mfujmh.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.section.Section;
import org.mfujmh.results.JmhJson;

/** What the page says where the files are of several devices. */
class DevicesOnThePageTest {
    private static Section devices(Report report) {
        return report.sections().stream()
                .filter(section -> section.id().equals("devices"))
                .findFirst()
                .orElseThrow();
    }

    private static JmhJson pass(String device, String tokens, String precision, double... tokensPerSecond) {
        return JmhJson.of("org.mfujmh.bench.ForwardBenchmark.forward")
                .param("model", "gpt-small")
                .param("batchSize", "1")
                .param("seqLen", tokens)
                .param("dtype", precision)
                .property("mfu.device", device)
                .forks(1, 1, 1)
                .secondary("tokens_per_s", "tok/s", tokensPerSecond);
    }

    /** Batch 32 after 512 tokens and batch 1 after 75 were once "64.4 times" apart. */
    @Test
    void stepsAfterOtherNumbersOfTokensAreNoRow() {
        Report report = Pages.of(
                Path.of("results/published/book-decode-a100.json"),
                Path.of("results/published/book-decode-m4-cpu.json"),
                Path.of("results/nvidia-h200/2026-11-26T224145Z.json"));

        // The files: 280 tokens/s at batch 8 on the A100, 137 at batch 1 on the M4, both after 75 tokens.
        assertThat(devices(report).message())
                .startsWith(
                        "qwen3-0.6b, decode, 75 tokens, bf16: NVIDIA A100 reaches 280 tokens/s, 2.0 times as much as"
                                + " Mac Mini M4 CPU (137 tokens/s).");
        assertThat(devices(report).table().orElseThrow().rows())
                .extracting(row -> row.get(0))
                .contains(
                        "llama-3.2-1b, decode, 512 tokens, bf16",
                        "llama-3.2-1b, decode, 75 tokens, bf16",
                        "gpt-small, decode, 104 tokens, fp32");
    }

    @Test
    void aPrecisionIsNoRowOfAnother() {
        assertThat(devices(Pages.of(pass("One", "64", "bf16", 9, 9, 9), pass("Two", "64", "fp32", 3, 3, 3)))
                        .message())
                .isEqualTo("2 devices, but no model and pass was measured on more than one of them.");
        assertThat(devices(Pages.of(pass("One", "64", "bf16", 9, 9, 9), pass("Two", "64", "bf16", 3, 3, 3)))
                        .message())
                .startsWith("gpt-small, forward: One reaches 9 tokens/s, 3.0 times as much as Two");
    }

    /** 103 is 3 % more than 100; forks of 100, 103 and 106 and of 97, 100 and 103 leave that open. */
    @Test
    void theHeadlineComparesTheDevices() {
        assertThat(Pages.of(pass("One", "64", "bf16", 100, 106, 103), pass("Two", "64", "bf16", 97, 103, 100))
                        .lead())
                .isEqualTo("gpt-small, forward: One reaches 103 tokens/s, 3.0 % more than Two (100 tokens/s);"
                        + " their 99 % intervals overlap.");
        assertThat(Pages.of(pass("One", "64", "bf16", 103, 103, 103), pass("Two", "64", "bf16", 100, 100, 100))
                        .lead())
                .isEqualTo("gpt-small, forward: One reaches 103 tokens/s, 3.0 % more than Two (100 tokens/s).");
        assertThat(Pages.of(pass("One", "64", "bf16", 3, 3, 3), pass("Two", "32", "bf16", 9, 9, 9))
                        .lead())
                .startsWith("2 measurements on 2 devices: from 3 tokens/s");
    }

    /** One page once said "on AMD EPYC" of Zen 3 and Zen 5. */
    @Test
    void cpusOfOneNameAreSeveralDevices() {
        Report report = Pages.of(
                Path.of("results/amd-epyc-family-25-model-1-stepping-1-2c/2026-11-24T083109Z.json"),
                Path.of("results/amd-epyc-family-26-model-2-stepping-1-2c/share.json"));

        assertThat(report.lead()).contains("AMD EPYC (with avx512_bf16) reaches");
        assertThat(devices(report).table().orElseThrow().rows())
                .extracting(row -> row.get(1))
                .containsOnly("AMD EPYC (without avx512_bf16)", "AMD EPYC (with avx512_bf16)");
    }

    /** Charts of the two cards once had one label, "..., device=cuda:0, forward ...". */
    @Test
    void theFirstWordsOfANameTellDevicesApart() {
        Report report = Pages.of(
                Path.of("results/nvidia-h100-80gb-hbm3"),
                Path.of("results/nvidia-h200"),
                Path.of("results/amd-epyc-family-25-model-1-stepping-1-2c/scaling.json"));

        assertThat(report.measured())
                .extracting(Measured::name)
                .contains("gpt-small, batch 32, 1024 tokens, forward + backward, NVIDIA H100 80GB HBM3, bf16 fused")
                .noneMatch(name -> name.contains("device="))
                .allMatch(name -> name.contains("forward") || name.contains("step") || name.contains("decode"));
        assertThat(report.measured().stream()
                        .filter(one -> one.name().startsWith("gpt-small, batch 32, 1024 tokens, forward, "))
                        .map(one -> one.name().substring(0, 60))
                        .distinct())
                .hasSize(2);
    }

    @Test
    void aLongNameKeepsBothItsEnds() {
        String name = Pages.of(
                        JmhJson.of("a.B.run")
                                .param("one", "x".repeat(200))
                                .param("two", "1")
                                .forks(1, 1, 1),
                        JmhJson.of("a.B.run")
                                .param("one", "y".repeat(200))
                                .param("two", "2")
                                .forks(1, 1, 1))
                .measured()
                .get(0)
                .name();
        assertThat(Pages.of(
                                Path.of("results/amd-epyc-family-25-model-1-stepping-1-2c"),
                                Path.of("results/amd-epyc-family-26-model-2-stepping-1-2c"))
                        .measured())
                .extracting(Measured::name)
                .anyMatch(one -> one.startsWith(
                        "gpt-small, batch 1, 1024 tokens, forward, AMD EPYC (without avx512_bf16), bf16"));
        assertThat(name).hasSize(90).startsWith("B.run, one=xxx").endsWith("x, two=1");
    }
}
