package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;
import org.mfujmh.schema.MetricId;

class PlausibilityTest {

    private static JmhJson pass(double[][] rates, double[][] rooflines) {
        return JmhJson.of("org.mfujmh.bench.ForwardBenchmark.forward")
                .secondary("causal_exact_tflops", "TFLOP/s", rates)
                .secondary("roofline_best_tflops", "TFLOP/s", rooflines);
    }

    @Test
    void fivePercentAboveTheBestRooflineIsWhereSuspicionBegins() {
        assertThat(suspicion(pass(new double[][] {{1.04, 1.05}}, new double[][] {{1, 1}})
                        .entry()))
                .isEmpty();
        assertThat(suspicion(pass(new double[][] {{0.5, 1.06}}, new double[][] {{1, 1}})
                        .entry()))
                .contains(
                        "1.060 TFLOP/s in fork 1, iteration 2 is 1.06 x the best GEMM roofline of any fork of this run"
                                + " (1.000 TFLOP/s): the work was skipped or not waited for");
    }

    /** 2 MB a token at least: 600 tokens/s are 1.2 GB/s, where the machine reads 1 GB/s at best. */
    @Test
    void bytesThatCameFasterThanTheMachineReadsAreSuspect() {
        assertThat(suspicion(step(new double[][] {{510, 520}}).entry())).isEmpty();
        assertThat(suspicion(step(new double[][] {{510}, {600}}).entry()))
                .contains(
                        "1.200 GB/s in fork 2, iteration 1 is 1.20 x the best bandwidth of any fork of this run (1.000"
                                + " GB/s): weights or cache were not read, or the step was not waited for");
    }

    private static JmhJson step(double[][] tokensPerSecond) {
        double[][] bytes = new double[tokensPerSecond.length][tokensPerSecond[0].length];
        double[][] bandwidth = new double[tokensPerSecond.length][tokensPerSecond[0].length];
        for (int fork = 0; fork < bytes.length; fork++) {
            Arrays.fill(bytes[fork], 2e6);
            Arrays.fill(bandwidth[fork], fork == 0 ? 1 : 0.4);
        }
        return JmhJson.of("org.mfujmh.bench.DecodeBenchmark.decode")
                .secondary("tokens_per_s", "tok/s", tokensPerSecond)
                .secondary("least_bytes_per_token", "B/tok", bytes)
                .secondary("bandwidth_roofline_best_gbs", "GB/s", bandwidth);
    }

    @Test
    void theBestThatAnyForkSawCountsSinceAMachineDoesNotLoseWhatItCanDo() {
        // A neighbour slowed the roofline of the first iteration alone.
        assertThat(suspicion(pass(new double[][] {{0.9, 0.9}}, new double[][] {{0.5, 1}})
                        .entry()))
                .isEmpty();
        // Or every roofline of the first fork.
        assertThat(suspicion(pass(new double[][] {{0.9}, {0.9}}, new double[][] {{0.5}, {1}})
                        .entry()))
                .isEmpty();
        // What no fork explains stays suspect, in whichever fork it is.
        assertThat(suspicion(pass(new double[][] {{0.9}, {1.2}}, new double[][] {{0.5}, {1}})
                        .entry()))
                .hasValueSatisfying(why ->
                        assertThat(why).startsWith("1.200 TFLOP/s in fork 2").contains("1.20 x"));
    }

    @Test
    void anotherResultOfTheRunCountsWhereItMultipliesTheSameMatricesAndElseDoesNot() {
        Entry doubtful = gpt("forward", "gpt-small", "2", new double[][] {{0.9}}, new double[][] {{0.5}});
        double[][] any = {{0.1}};
        double[][] one = {{1}};

        assertThat(new Plausibility(List.of(gpt("recordingForward", "gpt-small", "2", any, one))).suspicion(doubtful))
                .isEmpty();
        assertThat(new Plausibility(List.of(gpt("forward", "gpt-large", "2", any, one))).suspicion(doubtful))
                .as("larger matrices")
                .isPresent();
        assertThat(new Plausibility(List.of(gpt("forward", "gpt-small", "64", any, one))).suspicion(doubtful))
                .as("more threads")
                .isPresent();
        assertThat(new Plausibility(List.of()).suspicion(doubtful)).isPresent();
    }

    private static Entry gpt(String method, String model, String threads, double[][] rates, double[][] rooflines) {
        return JmhJson.of("org.mfujmh.bench.Some." + method)
                .param("model", model)
                .property("mfu.threads", threads)
                .secondary("causal_exact_tflops", "TFLOP/s", rates)
                .secondary("roofline_best_tflops", "TFLOP/s", rooflines)
                .entry();
    }

    /** By itself, with nothing else measured. */
    private static Optional<String> suspicion(Entry entry) {
        return new Plausibility(List.of()).suspicion(entry);
    }

    @Test
    void withoutARooflineThereIsNoVerdict() {
        double nan = Double.NaN;
        assertThat(suspicion(pass(new double[][] {{9}}, new double[][] {{nan}}).entry()))
                .isEmpty();
        assertThat(suspicion(JmhJson.of("org.other.Benchmark.run").forks(1e12).entry()))
                .isEmpty();
    }

    private static List<String> aboveOne(JmhJson entry) {
        return new Plausibility(List.of())
                .aboveOne(entry.entry(), MetricId.MFU).stream()
                        .map(Plausibility.AboveOne::reason)
                        .toList();
    }

    @Test
    void aShareAboveOneThatCausalKernelsExplainIsExplained() {
        JmhJson entry = pass(new double[][] {{0.9}}, new double[][] {{1}})
                .secondary("roofline_share", "share", 1.1)
                .secondary("roofline_tflops", "TFLOP/s", 0.98);

        assertThat(suspicion(entry.entry())).isEmpty();
        assertThat(aboveOne(entry))
                .singleElement()
                .asString()
                .startsWith("1.100 of the roofline: full attention is counted")
                .endsWith("it is 0.918");
    }

    @Test
    void aShareAboveOneOfARooflineThatANeighbourSlowedIsLaidToTheNeighbour() {
        JmhJson slowed = pass(new double[][] {{0.8, 0.8}}, new double[][] {{1, 1}})
                .secondary("model_tflops", "TFLOP/s", 0.9)
                .secondary("roofline_share", "share", 1.636)
                .secondary("roofline_tflops", "TFLOP/s", new double[][] {{0.00042, 1}});

        assertThat(aboveOne(slowed))
                .containsExactly(
                        "1.636 of the roofline, which was unsteady (0.000420 .. 1.000 TFLOP/s), as under background"
                                + " load; of its best value, 1.000 TFLOP/s, the pass reaches 0.900");
    }

    @Test
    void whatIsAboveTheBestOfAnUnsteadyRooflineTooNeedsTheCausalKernels() {
        JmhJson both = pass(new double[][] {{0.9, 0.9}}, new double[][] {{1, 1}})
                .secondary("model_tflops", "TFLOP/s", 1.1)
                .secondary("roofline_share", "share", 2.2)
                .secondary("roofline_tflops", "TFLOP/s", new double[][] {{0.1, 0.9}});

        assertThat(aboveOne(both))
                .hasSize(2)
                .anyMatch(reason -> reason.endsWith("1.000 TFLOP/s, the pass reaches 1.100"))
                .anyMatch(reason -> reason.contains("a causal kernel may skip"));
    }

    @Test
    void anMfuAboveOneIsExplainedByTheClockWhereTheClockExplainsIt() {
        JmhJson boosted = JmhJson.of("b")
                .secondary("mfu", "share", 1.06)
                .secondary("mfu_at_clock", "share", 0.95)
                .secondary("sm_clock_mhz", "MHz", 2790);
        JmhJson unknown =
                JmhJson.of("b").secondary("mfu", "share", 1.06).secondary("mfu_at_clock", "share", Double.NaN);

        assertThat(aboveOne(boosted))
                .singleElement()
                .asString()
                .contains("ran at 2790 MHz, above the boost clock")
                .endsWith("(mfu_at_clock) it is 0.950");
        assertThat(aboveOne(unknown)).singleElement().asString().contains("is this the right peak for this device");
    }

    @Test
    void aShareWhoseRooflineIsNotInTheFileIsExplainedWithoutANumberThatIsNone() {
        assertThat(aboveOne(JmhJson.of("b").secondary("roofline_share", "share", 1.1)))
                .singleElement()
                .asString()
                .doesNotContain("NaN");
    }

    @Test
    void ordinarySharesNeedNoExplanation() {
        JmhJson entry = pass(new double[][] {{0.8}}, new double[][] {{1}})
                .secondary("roofline_share", "share", 0.85)
                .secondary("mfu", "share", 0.4);
        assertThat(aboveOne(entry)).isEmpty();
    }
}
