package org.mfujmh.report.text;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Metric;
import org.mfujmh.schema.MetricId;

/** How fast the machine multiplied beside one measurement, and how steady that was. */
final class RooflineNote {

    private RooflineNote() {}

    /** {@code 0.178 TFLOP/s, 0.171 .. 0.182 in 15 iterations, 0.184 at best}; nothing where there was no roofline. */
    static Optional<String> of(Entry entry) {
        double[] readings = values(entry, MetricId.ROOFLINE_TFLOPS);
        double[] best = values(entry, MetricId.ROOFLINE_BEST_TFLOPS);
        if (readings.length == 0) {
            return Optional.empty();
        }
        String note = String.format(
                Locale.ROOT,
                "%s TFLOP/s, %s .. %s in %d iterations",
                NumberFormat.threeDigits(Arrays.stream(readings).average().orElseThrow()),
                NumberFormat.threeDigits(Arrays.stream(readings).min().orElseThrow()),
                NumberFormat.threeDigits(Arrays.stream(readings).max().orElseThrow()),
                readings.length);
        return Optional.of(
                best.length == 0
                        ? note
                        : note + ", "
                                + NumberFormat.threeDigits(
                                        Arrays.stream(best).max().orElseThrow()) + " at best");
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
