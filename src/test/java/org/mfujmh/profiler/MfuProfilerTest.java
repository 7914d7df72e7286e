package org.mfujmh.profiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mfujmh.bench.KnownPace;
import org.mfujmh.schema.RunProperty;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * A real JMH in this very process, which holds each metric against JMH's own score; SuiteIT does it with forks. The
 * roofline is made up: 4 TFLOP/s before an iteration and 2 after it, so 8/3 over both.
 */
class MfuProfilerTest {
    /** gpt-tiny has L = 2 layers of d = 64, V = 256 words; M = 12 L d^2 + d V weights are multiplied with, T = 64. */
    private static final double FLOPS_PER_TOKEN = 2 * (12 * 2 * 64 * 64 + 64 * 256) + 4 * 2 * 64 * 64;

    private static final double TOKENS_PER_PASS = 2 * 64;

    @BeforeEach
    void besideOtherBenchmarks() {
        System.setProperty("jmh.ignoreLock", "true");
        System.setProperty(RunProperty.PEAK_TFLOPS.key(), "0.5");
        System.setProperty(RunProperty.BOOST_MHZ.key(), "");
    }

    @AfterEach
    void nothingIsLeft() {
        System.clearProperty("jmh.ignoreLock");
        System.clearProperty(RunProperty.PEAK_TFLOPS.key());
        System.clearProperty(RunProperty.BOOST_MHZ.key());
        RooflineReading.before(RooflineReading.RooflineSpeeds.NONE);
    }

    private static Collection<IterationResult> iterations(String benchmark, Mode mode) throws RunnerException {
        Collection<RunResult> runs = new Runner(new OptionsBuilder()
                        .include(KnownPace.class.getName() + "." + benchmark + "$")
                        .mode(mode)
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(2)
                        .measurementTime(TimeValue.milliseconds(60))
                        .addProfiler(MfuProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        return runs.iterator().next().getBenchmarkResults().iterator().next().getIterationResults();
    }

    private static Map<String, Double> metrics(IterationResult iteration) {
        Map<String, Double> scores = new HashMap<>();
        for (String name : iteration.getSecondaryResults().keySet()) {
            scores.put(name, iteration.getSecondaryResults().get(name).getScore());
        }
        return scores;
    }

    private static void followsFrom(double passesPerSecond, IterationResult iteration) {
        Map<String, Double> metrics = metrics(iteration);
        double tokens = TOKENS_PER_PASS * passesPerSecond;
        double tflops = tokens * FLOPS_PER_TOKEN / 1e12;
        assertThat(metrics.get("tokens_per_s")).isCloseTo(tokens, withPercentage(1e-6));
        assertThat(metrics.get("model_tflops")).isCloseTo(tflops, withPercentage(1e-6));
        assertThat(metrics.get("mfu")).isCloseTo(tflops / 0.5, withPercentage(1e-6));
        assertThat(metrics.get("roofline_tflops")).isCloseTo(3, withPercentage(1e-6));
        assertThat(metrics.get("roofline_best_tflops")).isEqualTo(5);
        assertThat(metrics.get("roofline_share")).isCloseTo(tflops / 3, withPercentage(1e-6));
    }

    @Test
    void theMetricsFollowFromAThroughput() throws RunnerException {
        // The score is in passes a millisecond.
        assertThat(iterations("forward", Mode.Throughput))
                .hasSize(2)
                .allSatisfy(
                        iteration -> followsFrom(iteration.getPrimaryResult().getScore() * 1e3, iteration));
    }

    @Test
    void theMetricsFollowFromATimeAsWell() throws RunnerException {
        // The score is in milliseconds a pass.
        assertThat(iterations("forward", Mode.AverageTime))
                .hasSize(2)
                .allSatisfy(iteration ->
                        followsFrom(1e3 / iteration.getPrimaryResult().getScore(), iteration));
    }

    @Test
    void whatCannotBeHadIsNotANumberAndIsThereAllTheSame() throws RunnerException {
        System.setProperty(RunProperty.PEAK_TFLOPS.key(), "");
        assertThat(iterations("forward", Mode.Throughput)).allSatisfy(iteration -> {
            Map<String, Double> metrics = metrics(iteration);
            assertThat(metrics.get("tokens_per_s")).isPositive();
            assertThat(metrics.get("mfu")).isNaN();
            // There is no GPU here, or none that was named.
            assertThat(metrics.get("sm_clock_mhz")).isNaN();
            assertThat(metrics.get("joules_per_token")).isNaN();
            assertThat(metrics.get("mfu_at_clock")).isNaN();
        });
    }

    @Test
    void whatIsNoPassHasNoTokens() throws RunnerException {
        assertThat(iterations("somethingElse", Mode.Throughput)).allSatisfy(iteration -> {
            assertThat(metrics(iteration).get("tokens_per_s")).isNaN();
            assertThat(metrics(iteration).get("roofline_tflops")).isCloseTo(3, withPercentage(1e-6));
        });
    }
}
