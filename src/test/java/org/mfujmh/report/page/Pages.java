package org.mfujmh.report.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.mfujmh.report.measured.Input;
import org.mfujmh.results.JmhJson;
import org.mfujmh.results.ResultFile;
import org.mfujmh.results.ResultPaths;

/** Reports for tests: of the repository's own result files, and of made-up entries. */
final class Pages {
    /** The default run on a 2-core machine that the README shows. */
    static final Path REAL_RUN = Path.of("results/intel-xeon-family-6-model-207-stepping-2-2c/2026-11-24T022902Z.json");

    static final Path PUBLISHED = Path.of("results/published");

    /** What somebody who means harm would write into a result file. */
    static final List<String> HOSTILE = List.of(
            "<script>window.harmed=1</script>",
            "</script><script>window.harmed=1</script>",
            "\"><img src=x onerror=window.harmed=1>",
            "' onmouseover='window.harmed=1",
            "<svg onload=window.harmed=1>",
            "{{data}} ${window.harmed=1} @rows",
            "datum.harmed); window.harmed=1; (",
            "\u001b[31mred\u001b[0m \u202e gnp.exe",
            "=HYPERLINK(\"http://harm.example\")",
            "| a | b |\n## `heading` [link](http://harm.example)");

    private Pages() {}

    static Report of(Path... files) {
        List<Input.File> inputs = new ArrayList<>();
        for (Path file : ResultPaths.of(Arrays.stream(files).map(Path::toString).toList())) {
            inputs.add(new Input.File(file.getFileName().toString(), ResultFile.read(file)));
        }
        return new Report(Input.of(inputs));
    }

    static Report of(JmhJson... entries) {
        return new Report(Input.of(List.of(new Input.File(
                "test.json", Stream.of(entries).map(JmhJson::entry).toList()))));
    }

    static Path write(Path folder, Report report) {
        try {
            return Files.writeString(folder.resolve("report.html"), report.toHtml());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A pass of gpt-tiny on a made-up device with a datasheet peak, with the metrics that the suite writes. */
    static JmhJson pass(boolean backward, int batch, double tokensPerSecond, double noise, long seed) {
        String benchmark = backward ? "ForwardBackwardBenchmark.forwardBackward" : "ForwardBenchmark.forward";
        double perToken = backward ? 6 * 114_688 + 12 * 2 * 64 * 64 : 2 * 114_688 + 4 * 2 * 64 * 64;
        double tflops = tokensPerSecond * perToken / 1e12;
        double[] tokens = new java.util.Random(seed)
                .doubles(5)
                .map(x -> tokensPerSecond * (1 + noise * (x - 0.5)))
                .toArray();
        double scale = tflops / tokensPerSecond;
        JmhJson entry = JmhJson.of("org.mfujmh.bench." + benchmark)
                .param("model", "gpt-tiny")
                .param("batchSize", Integer.toString(batch))
                .param("seqLen", "64")
                .param("dtype", "bf16")
                .param("program", "fused")
                .param("gemm", "native")
                .param("device", "cuda:0")
                .property("mfu.device", "NVIDIA L40S")
                .property("mfu.peakTflops", "362.05")
                .property("mfu.peakSource", "NVIDIA L40S datasheet")
                .forks(times(tokens, 1.0 / (batch * 64)));
        if (backward) {
            entry.param("loss", "sum");
        }
        return entry.secondary("tokens_per_s", "tok/s", tokens)
                .secondary("model_tflops", "TFLOP/s", times(tokens, scale))
                .secondary("roofline_tflops", "TFLOP/s", times(tokens, 1.25 * scale))
                .secondary("roofline_best_tflops", "TFLOP/s", times(tokens, 1.3 * scale))
                .secondary("roofline_share", "share", 0.8, 0.8, 0.81, 0.79, 0.8)
                .secondary("mfu", "share", times(tokens, scale / 362.05))
                .secondary("peak_memory_bytes", "B", Math.pow(2, 30) * (1 + 0.5 * batch))
                .secondary("sm_clock_mhz", "MHz", 2500, 2505, 2490, 2500, 2510)
                .secondary("power_w", "W", 301, 299, 300, 305, 298);
    }

    private static double[] times(double[] values, double by) {
        return Arrays.stream(values).map(value -> value * by).toArray();
    }
}
