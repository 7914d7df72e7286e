package org.mfujmh.profiler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.mfujmh.device.gpu.GpuWindow;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.PerTokenTable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Turns the score of an iteration into tokens/s, FLOP/s and utilisation:
 *
 * <pre>
 * tokens_per_s   = batchSize x seqLen x invocations/s
 * model_tflops   = tokens_per_s x FLOPs per token (exact) / 1e12
 * mfu_CONVENTION = tokens_per_s x FLOPs per token (convention) / peak FLOP/s
 * roofline_share = model_tflops / roofline_tflops
 * mfu_at_clock   = mfu x boost clock of the datasheet / clock held
 * joules_per_token = joules / seconds by the GPU's energy counter / tokens_per_s
 * </pre>
 *
 * FLOPs per token are looked up in flops/per_token.csv; the peak is {@code -Dmfu.peakTflops}; the
 * roofline is what the state measured beside the iteration; clock, power and temperature are those of the
 * GPU while it was timed. Every metric comes in every iteration,
 * NaN where it can't be had, so that means over iterations are over the same ones.
 *
 * <p>JMH makes a profiler in the parent too, only to look at it: making one reads nothing.
 */
public final class MfuProfiler implements InternalProfiler {

    /** The system property that holds the peak of the device in the benchmark's precision, in TFLOP/s. */
    public static final String PEAK_PROPERTY = "mfu.peakTflops";

    /** The system property that holds the clock at which the device has that peak, in MHz. */
    public static final String BOOST_PROPERTY = "mfu.boostMhz";

    private static final double TERA = 1e12;

    @Override
    public String getDescription() {
        return "Tokens/s, FLOP/s, MFU under every convention, share of the GEMM roofline";
    }

    @Override
    public void beforeIteration(BenchmarkParams params, IterationParams iteration) {
        // The state's set-up of the iteration comes after this, and measures the roofline: a window opened
        // here would include it.
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams params, IterationParams iteration, IterationResult result) {
        Optional<PassRun> run = PassRun.of(params);
        double invocations = result.getRawPrimaryResults().isEmpty()
                ? Double.NaN // the benchmark threw
                : PassRun.invocationsPerSecond(params, result.getPrimaryResult());
        double tokens =
                run.map(pass -> pass.tokensPerInvocation() * invocations).orElse(Double.NaN);
        RooflineReading.RooflineSpeeds roofline = RooflineReading.current();

        List<Result<?>> metrics = new ArrayList<>();
        metrics.add(metric("tokens_per_s", tokens, "tok/s"));
        double model = tokens * flopsPerToken(run, Convention.EXACT);
        metrics.add(metric("model_tflops", model / TERA, "TFLOP/s"));
        metrics.add(
                metric("causal_exact_tflops", tokens * flopsPerToken(run, Convention.CAUSAL_EXACT) / TERA, "TFLOP/s"));
        double peak = number(PEAK_PROPERTY) * TERA;
        for (Convention convention : Convention.values()) {
            metrics.add(metric(convention.metric(), tokens * flopsPerToken(run, convention) / peak, "share"));
        }
        metrics.add(metric("roofline_tflops", roofline.flopsPerSecond() / TERA, "TFLOP/s"));
        metrics.add(new ScalarResult(
                "roofline_best_tflops", roofline.bestFlopsPerSecond() / TERA, "TFLOP/s", AggregationPolicy.MAX));
        metrics.add(metric("roofline_share", model / roofline.flopsPerSecond(), "share"));
        GpuWindow gpu = GpuTelemetry.seen();
        double memory = Double.isNaN(gpu.memoryUsedBytes()) ? PeakMemory.bytes() : gpu.memoryUsedBytes();
        metrics.add(new ScalarResult("peak_memory_bytes", memory, "B", AggregationPolicy.MAX));
        metrics.addAll(ofGpu(gpu, tokens, model / peak));
        return metrics;
    }

    private static List<Result<?>> ofGpu(GpuWindow gpu, double tokensPerSecond, double mfu) {
        return List.of(
                metric("sm_clock_mhz", gpu.smClockMhz(), "MHz"),
                metric("power_w", gpu.powerW(), "W"),
                new ScalarResult("temperature_c", gpu.temperatureC(), "C", AggregationPolicy.MAX),
                metric("throttled_share", gpu.throttledShare(), "share"),
                metric("throttled_power_share", gpu.throttledByPowerShare(), "share"),
                metric("throttled_heat_share", gpu.throttledByHeatShare(), "share"),
                metric("joules_per_token", gpu.meanEnergyW() / tokensPerSecond, "J/tok"),
                metric("mfu_at_clock", mfu * number(BOOST_PROPERTY) / gpu.smClockMhz(), "share"));
    }

    private static double flopsPerToken(Optional<PassRun> run, Convention convention) {
        return run.map(pass -> (double) Table.PER_TOKEN.perToken(pass.model(), convention, pass.pass(), pass.tokens()))
                .orElse(Double.NaN);
    }

    /** NaN where the property is not set. */
    private static double number(String property) {
        String value = System.getProperty(property, "");
        return value.isBlank() ? Double.NaN : Double.parseDouble(value);
    }

    private static Result<?> metric(String label, double value, String unit) {
        return new ScalarResult(label, value, unit, AggregationPolicy.AVG);
    }

    /** Read on first use, which is in the fork. */
    private static final class Table {
        static final PerTokenTable PER_TOKEN = PerTokenTable.load();
    }
}
