package org.mfujmh.report.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mfujmh.flops.Convention;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;

/** What the table says about decoding: which roof binds, and the share of that one. */
class DecodeRowsTest {

    private static JmhJson step(double rooflineShare, double bandwidthShare) {
        return JmhJson.of("org.mfujmh.bench.DecodeBenchmark.decode")
                .param("model", "gpt-small")
                .param("batchSize", "1")
                .param("seqLen", "256")
                .secondary("tokens_per_s", "tok/s", 40)
                .secondary("bytes_per_token", "B/tok", 256.8e6)
                .secondary("roofline_share", "share", rooflineShare)
                .secondary("bandwidth_roofline_gbs", "GB/s", 12)
                .secondary("bandwidth_share", "share", bandwidthShare);
    }

    @Test
    void theRoofThatTheStepIsCloserToBinds() {
        assertThat(BindingRoof.of(step(0.01, 0.8).entry())).contains(BindingRoof.MEMORY);
        assertThat(BindingRoof.of(step(0.7, 0.2).entry())).contains(BindingRoof.COMPUTE);
        assertThat(BindingRoof.of(step(Double.NaN, 0.2).entry())).isEmpty();
        Entry forward = JmhJson.of("org.mfujmh.bench.ForwardBenchmark.forward")
                .secondary("roofline_share", "share", 0.9)
                .secondary("bandwidth_share", "share", 0.1)
                .entry();
        assertThat(BindingRoof.of(forward)).as("another pass").isEqualTo(Optional.empty());
    }

    @Test
    void theTableShowsTheShareOfTheRoofThatBindsAndSaysWhich() {
        String memory = text(step(0.01, 0.8).entry());
        assertThat(memory).contains("1 x 256", "decode", "80.0 % memory");
        assertThat(memory).contains("decode of gpt-small: 257 MB per token; this machine reads 12.0 GB/s");
        assertThat(memory).doesNotContain("latency", "MBU");
        assertThat(text(step(0.7, 0.2).entry())).contains("70.0 % compute");
    }

    @Test
    void latenciesAndMbuAreShownWhereTheyAreKnown() {
        String text = text(step(0.01, 0.8)
                .property("mfu.peakBandwidthGbs", "3350.0")
                .secondary("mbu", "share", 0.5)
                .secondary("mbu_gpt_fast", "share", 0.52)
                .secondary("mbu_nanochat", "share", 0.6)
                .secondary("mbu_weights_only", "share", 0.45)
                .secondary("latency_p50_ms", "ms", 25)
                .secondary("latency_p90_ms", "ms", 26)
                .secondary("latency_p99_ms", "ms", 31.5)
                .entry());
        assertThat(text)
                .contains(
                        "50.0 % of 3350.0 GB/s, the datasheet's bandwidth (as gpt-fast counts 52.0 %, as nanochat 60.0 %,"
                                + " weights only 45.0 %)")
                .contains("decode of gpt-small: p50 25.0 ms, p90 26.0 ms, p99 31.5 ms a token");
    }

    private static String text(Entry entry) {
        return SuiteReport.of(List.of(entry), Convention.EXACT).toText();
    }
}
