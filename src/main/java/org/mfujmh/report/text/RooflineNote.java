package org.mfujmh.report.text;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Metric;
import org.mfujmh.schema.MetricId;

/** The GEMM roofline of one measurement, and how steady it was. */
final class RooflineNote {

    private RooflineNote() {}

    /** {@code 0.178 TFLOP/s, 0.171 .. 0.182 over 15 iterations, best 0.184}; empty if there is no roofline. */
    static Optional<String> of(Entry entry) {
        double[] readings = values(entry, MetricId.ROOFLINE_TFLOPS);
        double[] best = values(entry, MetricId.ROOFLINE_BEST_TFLOPS);
        if (readings.length == 0) {
            return Optional.empty();
        }
        String mean = NumberFormat.threeDigits(Arrays.stream(readings).average().orElseThrow()) + " TFLOP/s";
        String note = readings.length == 1
                ? mean + " in the only iteration"
                : String.format(
                        Locale.ROOT,
                        "%s, %s .. %s over %d iterations",
                        mean,
                        NumberFormat.threeDigits(Arrays.stream(readings).min().orElseThrow()),
                        NumberFormat.threeDigits(Arrays.stream(readings).max().orElseThrow()),
                        readings.length);
        return Optional.of(
                best.length == 0
                        ? note
                        : note + ", best "
                                + NumberFormat.threeDigits(
                                        Arrays.stream(best).max().orElseThrow()));
    }

    private static double[] values(Entry entry, MetricId metric) {
        return entry.secondary(metric).stream()
                .map(Metric::rawData)
                .flatMap(Arrays::stream)
                .flatMapToDouble(DoubleStream::of)
                .filter(value -> !Double.isNaN(value))
                .toArray();
    }
}
