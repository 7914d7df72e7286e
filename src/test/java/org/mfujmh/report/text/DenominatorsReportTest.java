package org.mfujmh.report.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mfujmh.flops.Convention;
import org.mfujmh.results.JmhJson;

/** What stands under the table beside each denominator. */
class DenominatorsReportTest {

    private static JmhJson pass() {
        return JmhJson.of("org.mfujmh.bench.ForwardBenchmark.forward")
                .param("model", "gpt-small")
                .param("batchSize", "1")
                .param("seqLen", "1024")
                .param("dtype", "bf16")
                .property("mfu.peakSource", "no datasheet peak: this is a test")
                .secondary("tokens_per_s", "tok/s", 800, 810, 820)
                .secondary("model_tflops", "TFLOP/s", 0.23, 0.23, 0.23)
                .secondary("mfu", "share", Double.NaN, Double.NaN, Double.NaN)
                .secondary("roofline_tflops", "TFLOP/s", 0.25, 0.26, 0.27)
                .secondary("roofline_best_tflops", "TFLOP/s", 0.28, 0.27, 0.27);
    }

    @Test
    void theRooflineAndTheShareStandWithTheirSpreads() {
        String text = SuiteReport.of(
                        List.of(pass().secondary("roofline_share", "share", 0.88, 0.90, 0.92)
                                .entry()),
                        Convention.EXACT)
                .toText();

        // Three forks, s = 0.02: t(0.995; 2) = 9.925, so 9.925 x 0.02 / sqrt(3) = 0.1146.
        assertThat(text).contains("90.0 % \u00b1 11.5");
        assertThat(text).contains("forward of gpt-small: 0.260 TFLOP/s, 0.250 .. 0.270 over 3 iterations, best 0.280");
        assertThat(text).contains("not available. No datasheet peak: this is a test.");
        assertThat(text).doesNotContain("SUSPECT").doesNotContain("above 1");
    }

    /** gpt-tiny on one core: thousands of tokens/s, millions of FLOPs per token. */
    @Test
    void aSmallFigureHasDigitsThatCount() {
        String text = SuiteReport.of(
                        List.of(JmhJson.of("org.mfujmh.bench.ForwardBenchmark.forward")
                                .param("model", "gpt-tiny")
                                .param("seqLen", "64")
                                .property("mfu.peakTflops", "300")
                                .secondary("tokens_per_s", "tok/s", 0.00123, 0.00123, 0.00123)
                                .secondary("model_tflops", "TFLOP/s", 0.000123, 0.000123, 0.000123)
                                .secondary("mfu", "share", 4.1e-7, 4.1e-7, 4.1e-7)
                                .secondary("roofline_tflops", "TFLOP/s", 0.00023, 0.00024, 0.00025)
                                .secondary("roofline_share", "share", 0.5, 0.5, 0.5)
                                .entry()),
                        Convention.EXACT)
                .toText();
        assertThat(text)
                .contains("0.000240 TFLOP/s, 0.000230 .. 0.000250 over 3 iterations\n")
                .contains("0.000123")
                .contains("0.000041 %")
                .contains("0.00123")
                .doesNotContain("NaN")
                .doesNotContain("0.000 ")
                .doesNotContain(" 0.0 %");
    }

    @Test
    void anImpossibleFigureIsMarkedWhereItStandsAndNotCutOff() {
        String text = SuiteReport.of(
                        List.of(pass().secondary("roofline_share", "share", 3, 3, 3)
                                .secondary("causal_exact_tflops", "TFLOP/s", 0.8, 0.8, 0.8)
                                .entry()),
                        Convention.EXACT)
                .toText();

        assertThat(text).contains("300.0 %").contains("SUSPECT").contains("2.86 x the best GEMM roofline");
    }
}
