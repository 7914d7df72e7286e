package org.mfujmh.report.text;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Metric;

/** How fast the machine multiplied beside one measurement, and how steady that was. */
final class RooflineNote {

    private RooflineNote() {}

    /** {@code 0.178 TFLOP/s, 0.171 .. 0.182 in 15 iterations, 0.184 at best}; nothing where there was no roofline. */
    static Optional<String> of(Entry entry) {
        double[] readings = values(entry, "roofline_tflops");
        double[] best = values(entry, "roofline_best_tflops");
        if (readings.length == 0) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "%.3f TFLOP/s, %.3f .. %.3f in %d iterations, %.3f at best",
                Arrays.stream(readings).average().orElseThrow(),
                Arrays.stream(readings).min().orElseThrow(),
                Arrays.stream(readings).max().orElseThrow(),
                readings.length,
                Arrays.stream(best).max().orElse(Double.NaN)));
    }

    private static double[] values(Entry entry, String metric) {
        return entry.secondary(metric).stream()
                .map(Metric::rawData)
                .flatMap(Arrays::stream)
                .flatMapToDouble(DoubleStream::of)
                .filter(value -> !Double.isNaN(value))
                .toArray();
    }
}
