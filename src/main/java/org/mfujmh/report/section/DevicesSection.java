package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.report.chart.IntervalChart;
import org.mfujmh.report.measured.Answer;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.measured.MetricReading;
import org.mfujmh.results.Unit;
import org.mfujmh.schema.MetricId;

/** Several devices side by side: each model and pass at each device's fastest batch. */
public final class DevicesSection {
    private static final String ID = "devices";
    private static final String TITLE = "Devices side by side";
    private static final int MOST_DRAWN = 60;
    private static final String TOKENS = Unit.inWords(MetricId.MetricUnit.TOKENS_PER_SECOND);
    private static final int MOST_DEVICES = 7;

    private DevicesSection() {}

    public static Section of(List<Measured> all) {
        Map<List<String>, Measured> best = new LinkedHashMap<>();
        for (Measured one : all) {
            if (one.isDeviceKnown() && one.reading(MetricId.TOKENS_PER_S).isPresent()) {
                best.merge(List.of(row(one), one.device()), one, DevicesSection::faster);
            }
        }
        List<String> devices =
                best.values().stream().map(Measured::device).distinct().toList();
        if (devices.size() < 2) {
            return Section.absent(
                    ID,
                    TITLE,
                    "All measurements with tokens per second are from one device. Give files from several "
                            + "devices.");
        }
        List<String> sentences = new ArrayList<>();
        List<String> shown = Section.first(devices, MOST_DEVICES, sentences, "devices");
        List<Measured> drawn = Section.first(
                best.values().stream()
                        .filter(one -> shown.contains(one.device()))
                        .toList(),
                MOST_DRAWN,
                sentences,
                "values");
        IntervalChart chart = new IntervalChart(ID, TITLE, "tokens per second at each device's best batch", TOKENS);
        for (Measured one : drawn) {
            chart.add(
                    row(one),
                    one.device(),
                    one,
                    one.reading(MetricId.TOKENS_PER_S).orElseThrow(),
                    "batch size x tokens x invocations/s");
        }
        DataTable.Builder table = new DataTable.Builder()
                .text("model and pass")
                .text("device")
                .number("batch", "")
                .text("how")
                .reading("tokens/s", TOKENS)
                .number("MFU", "share")
                .number("share of GEMM roofline", "share")
                .origin();
        best.values().forEach(one -> table.row()
                .add(row(one))
                .add(one.device())
                .add(one.batch())
                .add(one.how())
                .add(one.reading(MetricId.TOKENS_PER_S))
                .add(one.reading(MetricId.MFU).map(MetricReading::value).orElse(Double.NaN))
                .add(one.reading(MetricId.ROOFLINE_SHARE)
                        .map(MetricReading::value)
                        .orElse(Double.NaN))
                .origin(one)
                .end());
        String message = message(best, devices);
        sentences.add(0, message);
        return new Section(
                ID,
                TITLE,
                String.join(" ", sentences),
                List.of(chart.build(message)),
                Optional.of(table.build()),
                List.of("Each model and pass is shown at the batch with the most tokens per second on that device. "
                        + "Programs and precisions may differ between devices; see the column \"how\"."));
    }

    private static String row(Measured one) {
        return (one.model().isEmpty() ? "" : one.model() + ", ") + one.passName();
    }

    private static Measured faster(Measured one, Measured other) {
        return speed(one) >= speed(other) ? one : other;
    }

    private static double speed(Measured one) {
        return one.reading(MetricId.TOKENS_PER_S).orElseThrow().value();
    }

    /** The row that most devices share, and by what factor they differ there. */
    private static String message(Map<List<String>, Measured> best, List<String> devices) {
        Map<String, List<Measured>> rows = new LinkedHashMap<>();
        best.values().forEach(one -> rows.computeIfAbsent(row(one), row -> new ArrayList<>())
                .add(one));
        List<Measured> shared = rows.values().stream()
                .reduce((a, b) -> b.size() > a.size() ? b : a)
                .orElseThrow();
        if (shared.size() < 2) {
            return devices.size() + " devices, but no model and pass was measured on more than one of them.";
        }
        Measured fast = shared.stream().reduce(DevicesSection::faster).orElseThrow();
        Measured slow =
                shared.stream().reduce((a, b) -> speed(a) <= speed(b) ? a : b).orElseThrow();
        return String.format(
                Locale.ROOT,
                "%s: %s reaches %s, %.1f times as much as %s (%s).",
                row(fast),
                fast.device(),
                Answer.value(fast),
                speed(fast) / speed(slow),
                slow.device(),
                Answer.value(slow));
    }
}
