package org.mfujmh.profiler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.mfujmh.bytes.ByteConvention;
import org.mfujmh.bytes.DecodeBytes;
import org.mfujmh.device.gpu.GpuWindow;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.PerTokenTable;
import org.mfujmh.flops.TokenFlops;
import org.mfujmh.model.Pass;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.RunProperty;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Computes tokens/s, FLOP/s and utilisation from the score of an iteration:
 *
 * <ul>
 *   <li>tokens_per_s = new tokens of an invocation x invocations/s: accumulation x batchSize x seqLen, decoding batchSize
 *   <li>model_tflops = tokens_per_s x FLOPs per token (exact) / 1e12
 *   <li>mfu_CONVENTION = tokens_per_s x FLOPs per token (convention) / peak FLOP/s
 *   <li>hfu = FLOPs of the products that ran x invocations/s / peak FLOP/s
 *   <li>roofline_share = model_tflops / roofline_tflops
 *   <li>mbu_CONVENTION = steps/s x bytes of a decoding step (convention) / datasheet bandwidth
 *   <li>bandwidth_share = tokens_per_s x bytes_per_token / bandwidth roofline
 *   <li>mfu_at_clock = mfu x datasheet boost clock / measured clock
 *   <li>joules_per_token = joules / seconds by the GPU's energy counter / tokens_per_s
 * </ul>
 *
 * FLOPs per token are looked up in flops/per_token.csv; the peak is {@link RunProperty#PEAK_TFLOPS}; the state measures
 * the roofline before and after the iteration; clock, power and temperature are those of the GPU during the timed
 * passes. Every iteration has every metric, NaN if unavailable, so that means over iterations cover the same
 * iterations.
 *
 * <p>JMH also creates a profiler in the parent, so the constructor reads nothing.
 */
public final class MfuProfiler implements InternalProfiler {

    private static final double TERA = 1e12;
    private static final double GIGA = 1e9;

    @Override
    public String getDescription() {
        return "Tokens/s, FLOP/s, MFU under every convention, share of the GEMM roofline";
    }

    @Override
    public void beforeIteration(BenchmarkParams params, IterationParams iteration) {
        // The state's set-up, which measures the roofline, runs after this, so a window opened here would include it.
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
        metrics.add(metric(MetricId.TOKENS_PER_S, tokens));
        double model = tokens * flopsPerToken(run, Convention.EXACT);
        metrics.add(metric(MetricId.MODEL_TFLOPS, model / TERA));
        metrics.add(metric(MetricId.CAUSAL_EXACT_TFLOPS, tokens * flopsPerToken(run, Convention.CAUSAL_EXACT) / TERA));
        double peak = number(RunProperty.PEAK_TFLOPS) * TERA;
        for (Convention convention : Convention.values()) {
            metrics.add(metric(convention.metric(), tokens * flopsPerToken(run, convention) / peak));
        }
        metrics.add(metric(MetricId.HFU, invocations * ExecutedReading.flops() / peak));
        metrics.add(metric(MetricId.ROOFLINE_TFLOPS, roofline.flopsPerSecond() / TERA));
        metrics.add(metric(MetricId.ROOFLINE_BEST_TFLOPS, roofline.bestFlopsPerSecond() / TERA));
        metrics.add(metric(MetricId.ROOFLINE_SHARE, model / roofline.flopsPerSecond()));
        metrics.addAll(ofMemory(run, tokens));
        metrics.addAll(latencies(params, result));
        metrics.add(metric(MetricId.CALL_US, 1e6 * OverheadReading.callSeconds()));
        metrics.add(metric(MetricId.OVERHEAD_US, 1e6 * OverheadReading.seconds()));
        metrics.add(metric(MetricId.CPU_CONTENTION, CpuContention.share()));
        GpuWindow gpu = GpuTelemetry.seen();
        metrics.add(metric(
                MetricId.PEAK_MEMORY_BYTES,
                Double.isNaN(gpu.memoryUsedBytes()) ? PeakMemory.bytes() : gpu.memoryUsedBytes()));
        metrics.addAll(ofGpu(gpu, tokens, model / peak));
        return metrics;
    }

    /** What a decoding step reads a second, under each convention, and the bandwidth measured alongside. */
    private static List<Result<?>> ofMemory(Optional<PassRun> run, double tokens) {
        Optional<DecodeBytes> step = run.flatMap(PassRun::bytes);
        double steps = step.map(one -> tokens / one.sequences()).orElse(Double.NaN);
        double peak = number(RunProperty.PEAK_BANDWIDTH_GBS) * GIGA;
        AroundIteration.Speeds measured = step.isPresent() ? BandwidthReading.current() : AroundIteration.Speeds.NONE;
        List<Result<?>> metrics = new ArrayList<>();
        double bytes = step.map(DecodeBytes::expected).orElse(Double.NaN);
        metrics.add(
                metric(MetricId.BYTES_PER_TOKEN, step.map(DecodeBytes::perToken).orElse(Double.NaN)));
        metrics.add(metric(
                MetricId.LEAST_BYTES_PER_TOKEN,
                step.map(one -> one.least() / one.sequences()).orElse(Double.NaN)));
        for (ByteConvention convention : ByteConvention.values()) {
            double counted = step.map(convention::of).orElse(Double.NaN);
            metrics.add(metric(convention.metric(), counted * steps / peak));
        }
        metrics.add(metric(MetricId.BANDWIDTH_ROOFLINE_GBS, measured.median() / GIGA));
        metrics.add(metric(MetricId.BANDWIDTH_ROOFLINE_BEST_GBS, measured.best() / GIGA));
        metrics.add(metric(MetricId.BANDWIDTH_SHARE, bytes * steps / measured.median()));
        return metrics;
    }

    /** Percentiles of an invocation's time, which JMH knows in its sample mode alone. */
    private static List<Result<?>> latencies(BenchmarkParams params, IterationResult result) {
        boolean sampled = params.getMode() == Mode.SampleTime
                && !result.getRawPrimaryResults().isEmpty();
        double toMilliseconds = params.getTimeUnit().toNanos(1) / 1e6;
        return Stream.of(
                        Map.entry(MetricId.LATENCY_P50_MS, 50),
                        Map.entry(MetricId.LATENCY_P90_MS, 90),
                        Map.entry(MetricId.LATENCY_P99_MS, 99))
                .<Result<?>>map(one -> metric(
                        one.getKey(),
                        sampled
                                ? result.getPrimaryResult().getStatistics().getPercentile(one.getValue())
                                        * toMilliseconds
                                : Double.NaN))
                .toList();
    }

    private static List<Result<?>> ofGpu(GpuWindow gpu, double tokensPerSecond, double mfu) {
        return List.of(
                metric(MetricId.SM_CLOCK_MHZ, gpu.smClockMhz()),
                metric(MetricId.POWER_W, gpu.powerW()),
                metric(MetricId.TEMPERATURE_C, gpu.temperatureC()),
                metric(MetricId.THROTTLED_SHARE, gpu.throttledShare()),
                metric(MetricId.THROTTLED_POWER_SHARE, gpu.throttledByPowerShare()),
                metric(MetricId.THROTTLED_HEAT_SHARE, gpu.throttledByHeatShare()),
                metric(MetricId.JOULES_PER_TOKEN, gpu.meanEnergyW() / tokensPerSecond),
                metric(MetricId.MFU_AT_CLOCK, mfu * number(RunProperty.BOOST_MHZ) / gpu.smClockMhz()));
    }

    private static double flopsPerToken(Optional<PassRun> run, Convention convention) {
        return run.map(pass -> flopsPerToken(pass, convention)).orElse(Double.NaN);
    }

    /** From the table for a model that is shipped, else, and for a prefill, from the closed form of its configuration. */
    private static double flopsPerToken(PassRun run, Convention convention) {
        if (run.pass() == Pass.DECODE) {
            return TokenFlops.of(Models.named(run.model()), convention, Pass.DECODE)
                    .lastToken(run.tokens() + 1)
                    .doubleValue();
        }
        return run.pass() != Pass.PREFILL && Table.PER_TOKEN.knows(run.model())
                ? Table.PER_TOKEN.perToken(run.model(), convention, run.pass(), run.tokens())
                : TokenFlops.of(Models.named(run.model()), convention, run.pass())
                                .sequence(run.tokens())
                                .doubleValue()
                        / run.tokens();
    }

    /** The value of a property; NaN if it is not set. */
    private static double number(RunProperty property) {
        return property.ofThisProcess().map(Double::parseDouble).orElse(Double.NaN);
    }

    private static Result<?> metric(MetricId metric, double value) {
        AggregationPolicy policy =
                switch (metric.aggregation()) {
                    case MEAN -> AggregationPolicy.AVG;
                    case MAXIMUM -> AggregationPolicy.MAX;
                };
        return new ScalarResult(metric.label(), value, metric.unit(), policy);
    }

    /** Read on first use, which is in the fork. */
    private static final class Table {
        static final PerTokenTable PER_TOKEN = PerTokenTable.load();
    }
}
