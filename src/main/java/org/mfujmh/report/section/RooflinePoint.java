package org.mfujmh.report.section;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.bytes.DecodeBytes;
import org.mfujmh.compare.Interval;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.MovedBytes;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.measured.MetricReading;
import org.mfujmh.report.text.NumberFormat;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassParams;

/**
 * A measurement in the roofline plot.
 *
 * @param achieved TFLOP/s
 * @param intensity FLOPs per byte moved
 * @param bytes moved by one invocation
 */
record RooflinePoint(Measured measured, MetricReading achieved, double intensity, double bytes) {

    /** Empty unless it is a pass of a known model with TFLOP/s. */
    static Optional<RooflinePoint> of(Measured measured) {
        Optional<MetricReading> achieved = measured.reading(MetricId.MODEL_TFLOPS);
        Optional<Workload> workload = measured.workload();
        Optional<Pass> pass = measured.pass().map(Pass::of);
        if (achieved.isEmpty()
                || workload.isEmpty()
                || pass.isEmpty()
                || measured.precision().isEmpty()) {
            return Optional.empty();
        }
        return bytes(measured, workload.get(), pass.get(), measured.precision().get())
                .map(bytes -> new RooflinePoint(
                        measured,
                        achieved.get(),
                        workload.get().flops(Convention.EXACT, pass.get()).doubleValue() / bytes,
                        bytes));
    }

    /** Those of a decoding step are audited; a step beyond the context is none. */
    private static Optional<Double> bytes(Measured measured, Workload workload, Pass pass, Precision precision) {
        if (pass == Pass.DECODE) {
            return Optional.of(workload)
                    .filter(step -> step.tokens() < step.model().context())
                    .map(step -> new DecodeBytes(step.model(), step.batch(), step.tokens(), precision).expected());
        }
        return measured.program().map(program -> MovedBytes.of(workload, pass, program, precision.bytes())
                .doubleValue());
    }

    int batch() {
        return measured.batch().orElse(0);
    }

    /** Equal for measurements that differ in the batch alone; gemm is how the machine multiplies a batch. */
    List<String> line() {
        return List.of(
                measured.file(),
                measured.device(),
                measured.model(),
                measured.passName(),
                measured.param(PassParams.SEQ_LEN),
                measured.param(PassParams.DTYPE),
                measured.param(PassParams.PROGRAM));
    }

    /**
     * What the chart draws.
     *
     * @param colour the name of its series
     * @param batches all that its line joins, in ascending order
     * @param bottom where the plot begins, TFLOP/s: zero has no place on its logarithmic axis
     */
    Map<String, Object> mark(String colour, List<Integer> batches, double bottom) {
        Map<String, Object> mark = new LinkedHashMap<>();
        mark.put("line", String.join(" ", line()));
        mark.put("batch", batch());
        mark.put("several", batches.size() > 1);
        mark.put("tag", batch() == batches.get(0) ? "batch " + batch() : String.valueOf(batch()));
        mark.put("series", colour);
        mark.put("intensity", intensity);
        mark.put("value", achieved.value());
        mark.put("low", Double.isFinite(achieved.low()) ? Math.max(bottom, achieved.low()) : Double.NaN);
        mark.put("high", achieved.high());
        mark.put("name", measured.name());
        mark.put(
                "label",
                tflops(achieved.value()) + " TFLOP/s (" + interval() + ") at " + NumberFormat.of(intensity, "")
                        + " FLOPs per byte");
        mark.put("formula", "FLOPs (exact) per second over FLOPs (exact) / bytes moved");
        mark.put("origin", measured.origin());
        return mark;
    }

    private String interval() {
        return Double.isFinite(achieved.low())
                ? Interval.TITLE + " " + tflops(achieved.low()) + " to " + tflops(achieved.high()) + ", "
                        + achieved.forks() + " forks"
                : "no interval: " + achieved.forks() + (achieved.forks() == 1 ? " value" : " values");
    }

    private static String tflops(double value) {
        return NumberFormat.of(value, "TFLOP/s");
    }
}
