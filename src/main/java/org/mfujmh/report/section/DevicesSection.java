package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mfujmh.report.chart.IntervalChart;
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

    /** What two devices or more have in common, in a sentence: the row that most of them share. */
    public static Optional<String> comparison(List<Measured> all) {
        return DeviceRows.of(all).comparison();
    }

    public static Section of(List<Measured> all) {
        DeviceRows rows = DeviceRows.of(all);
        List<String> devices = rows.devices();
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
                rows.best().stream().filter(one -> shown.contains(one.device())).toList(),
                MOST_DRAWN,
                sentences,
                "values");
        IntervalChart chart = new IntervalChart(ID, TITLE, "tokens per second at each device's best batch", TOKENS);
        for (Measured one : drawn) {
            chart.add(
                    rows.row(one),
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
        rows.best().forEach(one -> table.row()
                .add(rows.row(one))
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
        String message = rows.comparison()
                .orElse(devices.size() + " devices, but no model and pass was measured on more than one of them.");
        sentences.add(0, message);
        return new Section(
                ID,
                TITLE,
                String.join(" ", sentences),
                List.of(chart.build(message)),
                Optional.of(table.build()),
                List.of(
                        "Each model and pass, at one number of tokens and in one precision, is shown at the batch with the"
                                + " most tokens per second on that device. Programs may differ between devices; see the column"
                                + " \"how\"."));
    }
}
