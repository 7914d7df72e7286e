package org.mfujmh.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Metric;
import org.mfujmh.results.ResultFile;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;

/** A real suite that decodes: its metrics agree with each other and with counts by hand. */
@EnabledOnOs(OS.LINUX)
class DecodeSuiteIT {
    /** Two layers, d = 64, V = 256: blocks 2 x 12 d^2, head 256 d. */
    private static final double MATRICES = 2 * 12 * 64 * 64 + 256 * 64;

    @TempDir
    Path folder;

    @Test
    void aStepIsMeasuredInThroughputAndInSampleMode() throws Exception {
        Entry steps = run("throughput.json", "-bm", "thrpt");
        assertThat(steps.pass()).contains(PassId.DECODE);
        double tokens = score(steps, MetricId.TOKENS_PER_S);
        assertThat(tokens).isCloseTo(2 * steps.primary().score(), within(1e-6 * tokens));
        // 2M + 4A(T + 1) a token, with A = 2 x 64.
        double flops = 2 * MATRICES + 4 * 2 * 64 * 33;
        assertThat(score(steps, MetricId.MODEL_TFLOPS))
                .isCloseTo(tokens * flops / 1e12, within(1e-6 * tokens * flops / 1e12));
        double bytes = score(steps, MetricId.BYTES_PER_TOKEN);
        double vectors = 2 * (192 + 64 + 256 + 64 + 2 * 2 * 64) + 2 * 64;
        double cache = 2 * 2 * 2 * 64 * 33;
        assertThat(bytes).isEqualTo(4 * (MATRICES + vectors + 2 * 64 + 64 + cache) / 2);
        assertThat(score(steps, MetricId.BANDWIDTH_ROOFLINE_GBS)).isPositive();
        assertThat(score(steps, MetricId.CPU_CONTENTION)).isBetween(0.0, 2.0);
        assertThat(score(steps, MetricId.MBU)).as("no datasheet of a CPU").isNaN();
        assertThat(score(steps, MetricId.LATENCY_P50_MS)).isNaN();

        Entry sampled = run("sample.json", "-bm", "sample");
        assertThat(score(sampled, MetricId.LATENCY_P50_MS)).isPositive();
        assertThat(score(sampled, MetricId.LATENCY_P50_MS))
                .isLessThanOrEqualTo(score(sampled, MetricId.LATENCY_P90_MS));
        assertThat(score(sampled, MetricId.LATENCY_P90_MS))
                .isLessThanOrEqualTo(score(sampled, MetricId.LATENCY_P99_MS));
        assertThat(score(sampled, MetricId.TOKENS_PER_S)).isPositive();
    }

    /** A combination does not name the default of logits: it must not take over both values. */
    @Test
    void aPassWithAllLogitsAndAPrefillOfOneRunAreTwoResults() throws Exception {
        assertThat(results("logits.json", "ForwardBenchmark -p logits=all,last -p seqLen=32"))
                .extracting(entry -> entry.pass().orElseThrow())
                .containsExactlyInAnyOrder(PassId.FORWARD, PassId.PREFILL);
    }

    private Entry run(String name, String... mode) throws Exception {
        return results(name, "DecodeBenchmark -p seqLen=32 -p batchSize=2 " + String.join(" ", mode))
                .get(0);
    }

    private List<Entry> results(String name, String arguments) throws Exception {
        Path file = folder.resolve(name);
        String rest = " -p model=gpt-tiny -p dtype=fp32 -p device=cpu -f 1 -wi 0 -i 1 -r 300ms -rff ";
        RunningSuite suite =
                RunningSuite.start(folder, RunningSuite.command(folder, (arguments + rest + file).split(" ", -1)));
        assertThat(suite.end()).as(suite.err()).isZero();
        return ResultFile.read(file);
    }

    private static double score(Entry entry, MetricId metric) {
        return entry.secondary(metric).map(Metric::score).orElseThrow();
    }
}
