package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mfujmh.report.chart.Chart;
import org.mfujmh.report.chart.IntervalChart;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.schema.MetricId;

/** The device's telemetry during the run: clock, power, temperature, throttling, energy. */
public final class TelemetrySection {
    private static final String ID = "telemetry";
    private static final String TITLE = "Clock and power";
    private static final int MOST_DRAWN = 20;

    private static final List<MetricId> GAUGES = List.of(
            MetricId.SM_CLOCK_MHZ,
            MetricId.POWER_W,
            MetricId.TEMPERATURE_C,
            MetricId.THROTTLED_SHARE,
            MetricId.THROTTLED_POWER_SHARE,
            MetricId.THROTTLED_HEAT_SHARE,
            MetricId.JOULES_PER_TOKEN,
            MetricId.MFU_AT_CLOCK);

    private TelemetrySection() {}

    public static Section of(List<Measured> all) {
        List<Chart> charts = new ArrayList<>();
        List<String> sentences = new ArrayList<>();
        DataTable.Builder table = new DataTable.Builder()
                .text("measurement")
                .text("metric")
                .reading("value", "")
                .text("unit")
                .origin();
        for (MetricId gauge : GAUGES) {
            List<Measured> having =
                    all.stream().filter(one -> one.reading(gauge).isPresent()).toList();
            if (having.isEmpty()) {
                continue;
            }
            having.forEach(one -> table.row()
                    .add(one.name())
                    .add(gauge.label())
                    .add(one.reading(gauge))
                    .add(one.reading(gauge).orElseThrow().unit())
                    .origin(one)
                    .end());
            List<Measured> drawn = Section.first(having, MOST_DRAWN, sentences, "measurements of " + gauge.title());
            Layout layout = Layout.of(drawn);
            String unit = having.get(0).reading(gauge).orElseThrow().unit();
            IntervalChart chart = new IntervalChart(ID + "-" + gauge.label(), gauge.title(), gauge.title(), unit);
            drawn.forEach(one -> chart.add(
                    layout.row().apply(one),
                    layout.series().apply(one),
                    one,
                    one.reading(gauge).orElseThrow(),
                    gauge.label() + ", mean over the iterations of a fork"));
            charts.add(chart.build(gauge.title() + " of " + having.size() + " measurements."));
        }
        if (charts.isEmpty()) {
            return Section.absent(
                    ID,
                    TITLE,
                    "No measurement has the clock, power or temperature of its device; these are recorded for NVIDIA "
                            + "GPUs only.");
        }
        sentences.add(0, "Telemetry of the device during the iterations.");
        return new Section(ID, TITLE, String.join(" ", sentences), charts, Optional.of(table.build()), List.of());
    }
}
