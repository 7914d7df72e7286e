package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mfujmh.results.JmhJson;

class PlausibilityTest {

    private static JmhJson pass(double[][] rates, double[][] rooflines) {
        return JmhJson.of("org.mfujmh.bench.ForwardBenchmark.forward")
                .secondary("causal_exact_tflops", "TFLOP/s", rates)
                .secondary("roofline_best_tflops", "TFLOP/s", rooflines);
    }

    @Test
    void fivePercentAboveTheForksBestRooflineIsWhereSuspicionBegins() {
        assertThat(Plausibility.suspicion(pass(new double[][] {{1.04, 1.05}}, new double[][] {{1, 1}})
                        .entry()))
                .isEmpty();
        assertThat(Plausibility.suspicion(pass(new double[][] {{0.5, 1.06}}, new double[][] {{1, 1}})
                        .entry()))
                .contains("1.060 TFLOP/s in fork 1, iteration 2, are 1.06 x the fastest that this fork multiplied"
                        + " matrices of the same shapes (1.000 TFLOP/s): the work was not done, or not waited for");
    }

    @Test
    void theBestOfTheForkCountsNotThatOfTheIterationNorOfAnotherFork() {
        // A neighbour slowed the roofline of the first iteration alone.
        assertThat(Plausibility.suspicion(pass(new double[][] {{0.9, 0.9}}, new double[][] {{0.5, 1}})
                        .entry()))
                .isEmpty();
        assertThat(Plausibility.suspicion(pass(new double[][] {{0.9}, {0.9}}, new double[][] {{0.5}, {1}})
                        .entry()))
                .isPresent();
    }

    @Test
    void withoutARooflineThereIsNoVerdict() {
        double nan = Double.NaN;
        assertThat(Plausibility.suspicion(
                        pass(new double[][] {{9}}, new double[][] {{nan}}).entry()))
                .isEmpty();
        assertThat(Plausibility.suspicion(
                        JmhJson.of("org.other.Benchmark.run").forks(1e12).entry()))
                .isEmpty();
    }

    @Test
    void aShareAboveOneThatCausalKernelsExplainIsExplained() {
        JmhJson entry = pass(new double[][] {{0.9}}, new double[][] {{1}})
                .secondary("roofline_share", "share", 1.1)
                .secondary("roofline_tflops", "TFLOP/s", 0.98);

        assertThat(Plausibility.suspicion(entry.entry())).isEmpty();
        assertThat(Plausibility.aboveOne(entry.entry(), "mfu"))
                .singleElement()
                .asString()
                .startsWith("1.100 of the roofline: full-square attention is counted")
                .endsWith("it is 0.918");
    }

    @Test
    void anMfuAboveOneIsExplainedByTheClockWhereTheClockExplainsIt() {
        JmhJson boosted = JmhJson.of("b")
                .secondary("mfu", "share", 1.06)
                .secondary("mfu_at_clock", "share", 0.95)
                .secondary("sm_clock_mhz", "MHz", 2790);
        JmhJson unknown =
                JmhJson.of("b").secondary("mfu", "share", 1.06).secondary("mfu_at_clock", "share", Double.NaN);

        assertThat(Plausibility.aboveOne(boosted.entry(), "mfu"))
                .singleElement()
                .asString()
                .contains("held 2790 MHz, above the boost clock")
                .endsWith("mfu_at_clock, it is 0.950");
        assertThat(Plausibility.aboveOne(unknown.entry(), "mfu"))
                .singleElement()
                .asString()
                .contains("is the peak that of this device");
    }

    @Test
    void ordinarySharesNeedNoExplanation() {
        JmhJson entry = pass(new double[][] {{0.8}}, new double[][] {{1}})
                .secondary("roofline_share", "share", 0.85)
                .secondary("mfu", "share", 0.4);
        assertThat(Plausibility.aboveOne(entry.entry(), "mfu")).isEmpty();
    }
}
