package org.mfujmh.report.text;

import java.util.Optional;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;

/**
 * Which of the two measured roofs bounds a pass: the one that it would take longer under. A decoding step takes FLOPs /
 * GEMM roofline, or bytes / bandwidth roofline, if that is more; every other pass is held against the GEMM roofline.
 */
public enum BindingRoof {
    COMPUTE(MetricId.ROOFLINE_SHARE, "compute"),
    MEMORY(MetricId.BANDWIDTH_SHARE, "memory");

    private final MetricId share;
    private final String words;

    BindingRoof(MetricId share, String words) {
        this.share = share;
        this.words = words;
    }

    /** The roof of an entry; empty unless both were measured, as for a decoding step. */
    public static Optional<BindingRoof> of(Entry entry) {
        if (!entry.pass().equals(Optional.of(PassId.DECODE))) {
            return Optional.empty();
        }
        double compute = Figures.mean(entry, MetricId.ROOFLINE_SHARE);
        double memory = Figures.mean(entry, MetricId.BANDWIDTH_SHARE);
        if (Double.isNaN(compute) || Double.isNaN(memory)) {
            return Optional.empty();
        }
        // Both shares have the same time above: the larger is the roof that leaves less of it.
        return Optional.of(memory >= compute ? MEMORY : COMPUTE);
    }

    /** The metric that is the share of this roof. */
    public MetricId share() {
        return share;
    }

    /** {@code compute} or {@code memory}. */
    public String words() {
        return words;
    }
}
