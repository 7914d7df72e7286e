package org.mfujmh.schema;

import static org.mfujmh.schema.Aggregation.MAXIMUM;
import static org.mfujmh.schema.Aggregation.MEAN;
import static org.mfujmh.schema.Direction.HIGHER_IS_BETTER;
import static org.mfujmh.schema.Direction.LOWER_IS_BETTER;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A secondary metric of this suite. To add one, add a constant here and a value where it is measured: the gate's
 * direction, the unit and the title follow.
 *
 * <p>A share is a fraction of one: 0.42, not 42 %.
 */
public enum MetricId {
    /** Tokens of one invocation times invocations per second. */
    TOKENS_PER_S("tokens_per_s", MetricUnit.TOKENS_PER_SECOND, HIGHER_IS_BETTER, MEAN, "Tokens per second"),
    /** FLOPs by the convention {@code exact} (full attention) per second. */
    MODEL_TFLOPS("model_tflops", MetricUnit.TERAFLOPS, HIGHER_IS_BETTER, MEAN, "Model FLOP/s"),
    /** FLOPs per second, counting only what the task needs: causal attention, exactly. */
    CAUSAL_EXACT_TFLOPS(
            "causal_exact_tflops", MetricUnit.TERAFLOPS, HIGHER_IS_BETTER, MEAN, "FLOP/s, exact causal attention"),

    /** Model FLOP/s by {@code exact} over the datasheet's dense peak; NaN if no peak is known. */
    MFU("mfu", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU: share of the datasheet peak"),
    /** MFU counting linear layers only: 6M. */
    MFU_LINEAR_ONLY("mfu_linear_only", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU, linear layers only"),
    /** MFU counting half of the attention matrix. */
    MFU_CAUSAL_HALF("mfu_causal_half", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU, half of attention"),
    /** MFU that counts causal attention with its diagonal. */
    MFU_CAUSAL_EXACT("mfu_causal_exact", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU, exact causal attention"),
    /** MFU as PaLM counts (Chowdhery et al., arXiv 2204.02311, appendix B). */
    MFU_PALM("mfu_palm", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU as PaLM counts"),
    /** MFU as torchtitan counts. */
    MFU_TORCHTITAN("mfu_torchtitan", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU as torchtitan counts"),
    /** MFU as llm.c counts. */
    MFU_LLMC("mfu_llmc", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU as llm.c counts"),
    /** MFU by 6N without embeddings and head (Kaplan et al., arXiv 2001.08361). */
    MFU_KAPLAN("mfu_kaplan", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU as Kaplan et al. count"),
    /** Hardware utilization if backward recomputes the attention scores. */
    HFU_SDPA("hfu_sdpa", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "HFU, attention scores recomputed"),
    /** Hardware utilization if backward recomputes the whole forward pass. */
    HFU_FULL("hfu_full", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "HFU, forward recomputed"),
    /** FLOPs of the matrix products that really ran, those that ran twice included, over the peak. */
    HFU("hfu", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "HFU, from executed FLOPs"),
    /** The MFU that a publication states, by its own convention and peak. Only published figures have it. */
    MFU_AS_PUBLISHED(
            "mfu_as_published",
            MetricUnit.SHARE,
            HIGHER_IS_BETTER,
            MEAN,
            "MFU as published, each with its own convention and peak"),

    /** GEMM FLOP/s at the pass's own matrix shapes, from median times measured before and after the iteration. */
    ROOFLINE_TFLOPS("roofline_tflops", MetricUnit.TERAFLOPS, HIGHER_IS_BETTER, MEAN, "GEMM roofline"),
    /** The highest roofline of the fork so far, from best times, warm-up included. */
    ROOFLINE_BEST_TFLOPS(
            "roofline_best_tflops", MetricUnit.TERAFLOPS, HIGHER_IS_BETTER, MAXIMUM, "GEMM roofline, best so far"),
    /** {@code model_tflops / roofline_tflops}; over several iterations, the sum of the one over the sum of the other. */
    ROOFLINE_SHARE("roofline_share", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "Share of the measured GEMM roofline"),

    /** Decoding: bytes of weights and KV cache that a step has to move, shared by its new tokens. */
    BYTES_PER_TOKEN("bytes_per_token", "B/tok", LOWER_IS_BETTER, MEAN, "Bytes moved per token"),
    /** The same as far as no choice of experts can avoid it; without experts equal. */
    LEAST_BYTES_PER_TOKEN(
            "least_bytes_per_token", "B/tok", LOWER_IS_BETTER, MEAN, "Bytes moved per token, lower bound"),
    /** Decoding: bytes per second over the datasheet's memory bandwidth; NaN if none is known. */
    MBU("mbu", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MBU: share of the datasheet bandwidth"),
    /** MBU as gpt-fast counts: all parameters but embedding tables, and no cache. */
    MBU_GPT_FAST("mbu_gpt_fast", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MBU as gpt-fast counts"),
    /** MBU as nanochat counts: all parameters, the embedding too, and the cache. */
    MBU_NANOCHAT("mbu_nanochat", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MBU as nanochat counts"),
    /** MBU by the weights alone. */
    MBU_WEIGHTS_ONLY("mbu_weights_only", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MBU, weights only"),
    /** Bytes per second at which the device reads, from median times measured before and after the iteration. */
    BANDWIDTH_ROOFLINE_GBS(
            "bandwidth_roofline_gbs", MetricUnit.GIGABYTES, HIGHER_IS_BETTER, MEAN, "Bandwidth roofline"),
    /** The highest bandwidth of the fork so far, from best times, warm-up included. */
    BANDWIDTH_ROOFLINE_BEST_GBS(
            "bandwidth_roofline_best_gbs",
            MetricUnit.GIGABYTES,
            HIGHER_IS_BETTER,
            MAXIMUM,
            "Bandwidth roofline, best so far"),
    /** {@code bytes_per_token x tokens_per_s / bandwidth_roofline_gbs}, over several iterations as a ratio of sums. */
    BANDWIDTH_SHARE(
            "bandwidth_share", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "Share of the measured bandwidth roofline"),
    /** JMH's sample mode: half of the invocations, in decoding steps of a token, took at most this long. */
    LATENCY_P50_MS("latency_p50_ms", MetricUnit.MILLISECONDS, LOWER_IS_BETTER, MEAN, "Latency, median"),
    /** Nine in ten took at most this long. */
    LATENCY_P90_MS("latency_p90_ms", MetricUnit.MILLISECONDS, LOWER_IS_BETTER, MEAN, "Latency, 90th percentile"),
    /** All but one in a hundred took at most this long. */
    LATENCY_P99_MS("latency_p99_ms", MetricUnit.MILLISECONDS, LOWER_IS_BETTER, MEAN, "Latency, 99th percentile"),

    /** An empty call with the arguments of the pass, measured once a fork: harness, JNI and TorchScript. */
    CALL_US("call_us", MetricUnit.MICROSECONDS, LOWER_IS_BETTER, MEAN, "Empty call"),
    /** The same, and as many operators without work as an invocation runs: what it costs besides its work. */
    OVERHEAD_US("overhead_us", MetricUnit.MICROSECONDS, LOWER_IS_BETTER, MEAN, "Overhead of an invocation"),

    /**
     * On a CPU under Linux: the share of libtorch's threads that had no processor during the timed passes, because other
     * processes or the hypervisor used it.
     */
    CPU_CONTENTION(
            "cpu_contention", MetricUnit.SHARE, LOWER_IS_BETTER, MEAN, "Share of libtorch's threads without a CPU"),

    /** On a CPU, the peak resident memory of the process; on a GPU, the device memory in use. */
    PEAK_MEMORY_BYTES("peak_memory_bytes", "B", LOWER_IS_BETTER, MAXIMUM, "Peak memory"),

    /** Clock of the GPU's streaming multiprocessors during the timed passes. */
    SM_CLOCK_MHZ("sm_clock_mhz", "MHz", HIGHER_IS_BETTER, MEAN, "SM clock, MHz"),
    /** Power draw of the GPU. */
    POWER_W("power_w", "W", LOWER_IS_BETTER, MEAN, "Power, W"),
    /** Temperature of the GPU. */
    TEMPERATURE_C("temperature_c", "C", LOWER_IS_BETTER, MAXIMUM, "Temperature, °C"),
    /** Share of time during which the GPU lowered its clock, for any reason. */
    THROTTLED_SHARE("throttled_share", MetricUnit.SHARE, LOWER_IS_BETTER, MEAN, "Share of time throttled"),
    /** Share of time during which the GPU lowered its clock to stay within its power limit. */
    THROTTLED_POWER_SHARE(
            "throttled_power_share", MetricUnit.SHARE, LOWER_IS_BETTER, MEAN, "Share of time throttled by power"),
    /** Share of time during which the GPU lowered its clock because of its temperature. */
    THROTTLED_HEAT_SHARE(
            "throttled_heat_share", MetricUnit.SHARE, LOWER_IS_BETTER, MEAN, "Share of time throttled by heat"),
    /** Energy that the GPU's counter recorded during the timed passes, per token. */
    JOULES_PER_TOKEN("joules_per_token", "J/tok", LOWER_IS_BETTER, MEAN, "Energy, J per token"),
    /** {@code mfu x datasheet boost clock / measured clock}. */
    MFU_AT_CLOCK("mfu_at_clock", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU at the measured clock");

    private static final Map<String, MetricId> BY_LABEL =
            Arrays.stream(values()).collect(Collectors.toMap(MetricId::label, Function.identity()));

    private static final Map<MetricId, MetricId> DENOMINATORS =
            Map.of(ROOFLINE_SHARE, ROOFLINE_TFLOPS, BANDWIDTH_SHARE, BANDWIDTH_ROOFLINE_GBS);

    private static final Set<MetricId> SHARES_OF_PEAK = EnumSet.range(MFU, MFU_AS_PUBLISHED);

    static {
        SHARES_OF_PEAK.add(MFU_AT_CLOCK);
    }

    private final String label;
    private final String unit;
    private final Direction direction;
    private final Aggregation aggregation;
    private final String title;

    MetricId(String label, String unit, Direction direction, Aggregation aggregation, String title) {
        this.label = label;
        this.unit = unit;
        this.direction = direction;
        this.aggregation = aggregation;
        this.title = title;
    }

    /** The metric with this label; empty if the suite has none. */
    public static Optional<MetricId> of(String label) {
        return Optional.ofNullable(BY_LABEL.get(label));
    }

    /** The key of this metric in a result's secondary metrics, e.g. {@code tokens_per_s}. */
    public String label() {
        return label;
    }

    /** The unit that JMH writes next to the score. */
    public String unit() {
        return unit;
    }

    /** Whether larger or smaller values are better. */
    public Direction direction() {
        return direction;
    }

    /** How the iterations are aggregated into one score. */
    public Aggregation aggregation() {
        return aggregation;
    }

    /** The title for a chart or a column. */
    public String title() {
        return title;
    }

    /** What a share is a share of, if that is measured in each iteration too. */
    public Optional<MetricId> denominator() {
        return Optional.ofNullable(DENOMINATORS.get(this));
    }

    /** Whether this metric is a share of the datasheet peak. */
    public boolean isShareOfPeak() {
        return SHARES_OF_PEAK.contains(this);
    }

    /** Units that several metrics share. */
    public static final class MetricUnit {
        public static final String TOKENS_PER_SECOND = "tok/s";
        public static final String TERAFLOPS = "TFLOP/s";
        public static final String SHARE = "share";
        /** 10^9 bytes a second, as datasheets have it. */
        public static final String GIGABYTES = "GB/s";

        public static final String MILLISECONDS = "ms";
        public static final String MICROSECONDS = "us";

        private MetricUnit() {}
    }
}
