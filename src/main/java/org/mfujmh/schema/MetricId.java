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
    /** The fewest FLOPs that the task needs (causal attention, exactly) per second. */
    CAUSAL_EXACT_TFLOPS(
            "causal_exact_tflops", MetricUnit.TERAFLOPS, HIGHER_IS_BETTER, MEAN, "FLOP/s that the task needs at least"),

    /** Model FLOP/s by {@code exact} over the datasheet's dense peak; NaN where no peak is known. */
    MFU("mfu", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU: share of the datasheet's peak"),
    /** MFU that counts linear layers alone: 6M. */
    MFU_LINEAR_ONLY("mfu_linear_only", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU, linear layers alone"),
    /** MFU that counts half of the attention square. */
    MFU_CAUSAL_HALF("mfu_causal_half", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU, half of attention"),
    /** MFU that counts causal attention with its diagonal. */
    MFU_CAUSAL_EXACT("mfu_causal_exact", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU, causal attention exactly"),
    /** MFU as PaLM counts (Chowdhery et al., arXiv 2204.02311, appendix B). */
    MFU_PALM("mfu_palm", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU as PaLM counts"),
    /** MFU as torchtitan counts. */
    MFU_TORCHTITAN("mfu_torchtitan", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU as torchtitan counts"),
    /** MFU as llm.c counts. */
    MFU_LLMC("mfu_llmc", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU as llm.c counts"),
    /** MFU by 6N without embeddings and head (Kaplan et al., arXiv 2001.08361). */
    MFU_KAPLAN("mfu_kaplan", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU as Kaplan et al. count"),
    /** Hardware utilization where backward computes attention's scores again. */
    HFU_SDPA("hfu_sdpa", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "HFU, attention's scores recomputed"),
    /** Hardware utilization where backward computes the whole forward pass again. */
    HFU_FULL("hfu_full", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "HFU, forward recomputed"),
    /** The MFU that a publication states, by its own convention and peak. Published figures have it; no run emits it. */
    MFU_AS_PUBLISHED(
            "mfu_as_published",
            MetricUnit.SHARE,
            HIGHER_IS_BETTER,
            MEAN,
            "MFU as published, each by its own convention and peak"),

    /** FLOP/s of the pass's own matrix shapes, measured before and after the iteration, by median times. */
    ROOFLINE_TFLOPS("roofline_tflops", MetricUnit.TERAFLOPS, HIGHER_IS_BETTER, MEAN, "GEMM roofline"),
    /** The highest roofline, by best times, that the fork has seen so far, warm-up included. */
    ROOFLINE_BEST_TFLOPS(
            "roofline_best_tflops", MetricUnit.TERAFLOPS, HIGHER_IS_BETTER, MAXIMUM, "GEMM roofline at its best"),
    /** {@code model_tflops / roofline_tflops}. */
    ROOFLINE_SHARE("roofline_share", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "Share of the measured GEMM roofline"),

    /** On a CPU the process's high-water mark of resident memory, on a GPU the device's memory in use. */
    PEAK_MEMORY_BYTES("peak_memory_bytes", "B", LOWER_IS_BETTER, MAXIMUM, "Peak memory"),

    /** The clock of the GPU's multiprocessors during the timed passes. */
    SM_CLOCK_MHZ("sm_clock_mhz", "MHz", HIGHER_IS_BETTER, MEAN, "Clock, MHz"),
    /** Electrical power of the GPU. */
    POWER_W("power_w", "W", LOWER_IS_BETTER, MEAN, "Power, W"),
    /** Temperature of the GPU. */
    TEMPERATURE_C("temperature_c", "C", LOWER_IS_BETTER, MAXIMUM, "Temperature, °C"),
    /** Share of the time in which the GPU lowered its clock, for whatever reason. */
    THROTTLED_SHARE("throttled_share", MetricUnit.SHARE, LOWER_IS_BETTER, MEAN, "Share of the time throttled"),
    /** Share of the time in which the GPU lowered its clock to keep to its power limit. */
    THROTTLED_POWER_SHARE(
            "throttled_power_share", MetricUnit.SHARE, LOWER_IS_BETTER, MEAN, "Share of the time throttled by power"),
    /** Share of the time in which the GPU lowered its clock because of heat. */
    THROTTLED_HEAT_SHARE(
            "throttled_heat_share", MetricUnit.SHARE, LOWER_IS_BETTER, MEAN, "Share of the time throttled by heat"),
    /** The GPU's energy counter over the tokens of the timed passes. */
    JOULES_PER_TOKEN("joules_per_token", "J/tok", LOWER_IS_BETTER, MEAN, "Energy, J a token"),
    /** {@code mfu x boost clock of the datasheet / clock held}. */
    MFU_AT_CLOCK("mfu_at_clock", MetricUnit.SHARE, HIGHER_IS_BETTER, MEAN, "MFU at the clock it ran at");

    private static final Map<String, MetricId> BY_LABEL =
            Arrays.stream(values()).collect(Collectors.toMap(MetricId::label, Function.identity()));

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

    /** The metric of that label; empty where it is not this suite's. */
    public static Optional<MetricId> of(String label) {
        return Optional.ofNullable(BY_LABEL.get(label));
    }

    /** Its key among the secondary metrics of a result, e.g. {@code tokens_per_s}. */
    public String label() {
        return label;
    }

    /** As JMH writes it beside the score. */
    public String unit() {
        return unit;
    }

    /** Which way it is better. */
    public Direction direction() {
        return direction;
    }

    /** How its iterations become one score. */
    public Aggregation aggregation() {
        return aggregation;
    }

    /** For the head of a chart or a column. */
    public String title() {
        return title;
    }

    /** Whether it is a share of the datasheet's peak. */
    public boolean isShareOfPeak() {
        return SHARES_OF_PEAK.contains(this);
    }

    /** Units that several metrics have. */
    public static final class MetricUnit {
        public static final String TOKENS_PER_SECOND = "tok/s";
        public static final String TERAFLOPS = "TFLOP/s";
        public static final String SHARE = "share";

        private MetricUnit() {}
    }
}
