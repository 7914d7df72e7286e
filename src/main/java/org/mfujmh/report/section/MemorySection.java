package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.mfujmh.report.chart.ChartTemplate;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.results.Metric;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassParams;

/** Peak memory by batch size, with a linear fit: the cost of one more sequence. */
public final class MemorySection {
    private static final String ID = "memory";
    private static final String TITLE = "Memory by batch size";
    private static final double GIB = 1L << 30;
    private static final int MOST_LINES = 7;

    private MemorySection() {}

    public static Section of(List<Measured> all) {
        Map<String, List<Measured>> lines = lines(all.stream()
                .filter(one -> one.batch().isPresent() && gib(one).isPresent())
                .toList());
        if (lines.isEmpty()) {
            return Section.absent(ID, TITLE, "No measurement has peak memory.");
        }
        lines.values()
                .removeIf(line -> line.stream()
                                .map(one -> one.batch().getAsInt())
                                .distinct()
                                .count()
                        < 2);
        if (lines.isEmpty()) {
            return Section.absent(
                    ID,
                    TITLE,
                    "Each model was measured at a single batch size; a line needs at least two (-p batchSize=1,2,4).");
        }
        List<String> sentences = new ArrayList<>();
        List<String> drawn = Section.first(List.copyOf(lines.keySet()), MOST_LINES, sentences, "lines");
        List<Map<String, Object>> points = new ArrayList<>();
        List<Map<String, Object>> fits = new ArrayList<>();
        DataTable.Builder table = new DataTable.Builder()
                .text("measurement")
                .number("batch", "")
                .number("peak memory, GiB", "GiB")
                .number("line at batch 0, GiB", "GiB")
                .number("GiB per sequence", "GiB")
                .origin();
        String message = "";
        for (Map.Entry<String, List<Measured>> line : lines.entrySet()) {
            SimpleRegression fit = fit(line.getValue());
            for (Measured one : line.getValue()) {
                table.row()
                        .add(one.name())
                        .add(one.batch().getAsInt())
                        .add(gib(one).orElseThrow())
                        .add(fit.getIntercept())
                        .add(fit.getSlope())
                        .origin(one)
                        .end();
            }
            if (drawn.contains(line.getKey())) {
                draw(line, fit, points, fits);
            }
            message = message.isEmpty() ? message(line.getKey(), fit) : message;
        }
        return Section.drawn(
                ID,
                TITLE,
                message,
                sentences,
                ChartTemplate.named("memory")
                        .with("series", drawn)
                        .with("legend", drawn.size() > 1 ? Map.of("orient", "top") : null)
                        .data("lines", fits)
                        .data("points", points)
                        .build(),
                table.build(),
                List.of(
                        "peak_memory_bytes is the maximum over all iterations: peak resident memory of the process "
                                + "on a CPU, device memory in use on a GPU.",
                        "The line is a least-squares fit; with two points it passes through both."));
    }

    /** Those that differ in the batch alone, by name. */
    private static Map<String, List<Measured>> lines(List<Measured> all) {
        boolean lengths = all.stream()
                        .map(one -> one.param(PassParams.SEQ_LEN))
                        .distinct()
                        .count()
                > 1;
        boolean files = all.stream().map(Measured::file).distinct().count() > 1;
        Map<String, List<Measured>> lines = new LinkedHashMap<>();
        for (Measured one : all) {
            List<String> parts = new ArrayList<>(List.of(
                    one.model(),
                    one.passName(),
                    lengths && !one.param(PassParams.SEQ_LEN).isEmpty()
                            ? one.param(PassParams.SEQ_LEN) + " tokens"
                            : "",
                    one.how(),
                    one.isDeviceKnown() ? one.device() : "",
                    files ? one.file() : ""));
            parts.removeIf(String::isEmpty);
            lines.computeIfAbsent(String.join(", ", parts), name -> new ArrayList<>())
                    .add(one);
        }
        return lines;
    }

    private static Optional<Double> gib(Measured one) {
        return one.entry()
                .secondary(MetricId.PEAK_MEMORY_BYTES)
                .map(Metric::score)
                .filter(bytes -> bytes > 0 && Double.isFinite(bytes))
                .map(bytes -> bytes / GIB);
    }

    private static SimpleRegression fit(List<Measured> line) {
        SimpleRegression fit = new SimpleRegression();
        line.forEach(one -> fit.addData(one.batch().getAsInt(), gib(one).orElseThrow()));
        return fit;
    }

    private static void draw(
            Map.Entry<String, List<Measured>> line,
            SimpleRegression fit,
            List<Map<String, Object>> points,
            List<Map<String, Object>> fits) {
        double last = 0;
        for (Measured one : line.getValue()) {
            double batch = one.batch().getAsInt();
            last = Math.max(last, batch);
            points.add(Map.of(
                    "series", line.getKey(),
                    "batch", batch,
                    "gib", gib(one).orElseThrow(),
                    "name", one.name(),
                    "label", number(gib(one).orElseThrow()) + " GiB at batch " + (int) batch,
                    "origin", one.origin()));
        }
        for (double batch : new double[] {0, last}) {
            fits.add(Map.of("series", line.getKey(), "batch", batch, "gib", fit.predict(batch), "label", formula(fit)));
        }
    }

    private static String formula(SimpleRegression fit) {
        String slope = number(Math.abs(fit.getSlope()));
        return number(fit.getIntercept()) + " GiB"
                + (slope.equals(number(0))
                        ? ", whatever the batch"
                        : (fit.getSlope() < 0 ? " - " : " + ") + slope + " GiB x batch");
    }

    private static String message(String line, SimpleRegression fit) {
        return line + ": " + formula(fit)
                + (fit.getN() > 2 ? String.format(Locale.ROOT, " (R² %.3f)", fit.getRSquare()) : "") + ".";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
