package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.measured.MetricReading;
import org.mfujmh.report.measured.Warning;
import org.mfujmh.schema.MetricId;

/** All data: one row per measurement, and all secondary metrics. */
public final class AllSection {
    private static final int MOST_METRICS = 20_000;

    private AllSection() {}

    public static Section measurements(List<Measured> all) {
        DataTable.Builder table = new DataTable.Builder()
                .text("measurement")
                .text("model")
                .number("batch", "")
                .text("pass")
                .text("how")
                .text("device")
                .text("metric")
                .reading("value", "")
                .text("unit")
                .number("TFLOP/s", "TFLOP/s")
                .number("share of GEMM roofline", "share")
                .number("MFU", "share")
                .number("peak memory, GiB", "GiB")
                .text("warnings")
                .text("benchmark")
                .origin();
        for (Measured one : all) {
            Optional<MetricReading> reading = one.reading(one.mainMetric());
            table.row()
                    .add(one.name())
                    .add(one.model())
                    .add(one.batch())
                    .add(one.passName())
                    .add(one.how())
                    .add(one.device())
                    .add(one.mainMetric())
                    .add(reading)
                    .add(reading.map(MetricReading::unit).orElse(""))
                    .add(value(one, MetricId.MODEL_TFLOPS))
                    .add(value(one, MetricId.ROOFLINE_SHARE))
                    .add(value(one, MetricId.MFU))
                    .add(one.entry()
                            .secondary(MetricId.PEAK_MEMORY_BYTES)
                            .map(bytes -> bytes.score() / (1L << 30))
                            .orElse(Double.NaN))
                    .add(Warning.of(one).stream().map(Warning::detail).collect(Collectors.joining("; ")))
                    .add(one.entry().benchmark())
                    .origin(one)
                    .end();
        }
        return new Section(
                "measurements",
                "All measurements",
                String.format(Locale.ROOT, "Every measurement in the files (%,d).", all.size()),
                List.of(),
                Optional.of(table.build()),
                List.of());
    }

    private static double value(Measured one, MetricId metric) {
        return one.reading(metric).map(MetricReading::value).orElse(Double.NaN);
    }

    public static Section metrics(List<Measured> all) {
        DataTable.Builder table = new DataTable.Builder()
                .text("measurement")
                .text("metric")
                .reading("value", "")
                .text("unit")
                .origin();
        List<String> left = new ArrayList<>();
        int rows = 0;
        for (Measured one : all) {
            for (String metric : one.entry().secondary().keySet()) {
                Optional<MetricReading> reading = one.reading(metric);
                if (reading.isPresent() && rows++ < MOST_METRICS) {
                    table.row()
                            .add(one.name())
                            .add(metric)
                            .add(reading)
                            .add(reading.get().unit())
                            .origin(one)
                            .end();
                } else if (reading.isPresent()) {
                    left.add(metric);
                }
            }
        }
        if (rows == 0) {
            return Section.absent("metrics", "Secondary metrics", "No measurement has a numeric secondary metric.");
        }
        String rest = left.isEmpty()
                ? ""
                : String.format(Locale.ROOT, " The files have %,d more values, which are not shown.", left.size());
        return new Section(
                "metrics",
                "All secondary metrics",
                "The values that profilers added to each measurement, except those that are not numbers." + rest,
                List.of(),
                Optional.of(table.build()),
                List.of());
    }
}
