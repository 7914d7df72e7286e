package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mfujmh.report.chart.Chart;
import org.mfujmh.report.chart.IntervalChart;
import org.mfujmh.report.measured.Measured;

/** What the device told of itself while it ran: clock, power, temperature, throttling, energy. */
public final class TelemetrySection {
    private static final String ID = "telemetry";
    private static final String TITLE = "Clock and power";
    private static final int MOST_DRAWN = 20;

    private record Gauge(String metric, String title) {}

    private static final List<Gauge> GAUGES = List.of(
            new Gauge("sm_clock_mhz", "Clock, MHz"),
            new Gauge("power_w", "Power, W"),
            new Gauge("temperature_c", "Temperature, °C"),
            new Gauge("throttled_share", "Share of the time throttled"),
            new Gauge("joules_per_token", "Energy, J a token"),
            new Gauge("mfu_at_clock", "MFU at the clock it ran at"));

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
        for (Gauge gauge : GAUGES) {
            List<Measured> having = all.stream()
                    .filter(one -> one.reading(gauge.metric).isPresent())
                    .toList();
            if (having.isEmpty()) {
                continue;
            }
            having.forEach(one -> table.row()
                    .add(one.name())
                    .add(gauge.metric)
                    .add(one.reading(gauge.metric))
                    .add(one.reading(gauge.metric).orElseThrow().unit())
                    .origin(one)
                    .end());
            List<Measured> drawn = Section.first(having, MOST_DRAWN, sentences, "measurements of " + gauge.title);
            Layout layout = Layout.of(drawn);
            String unit = having.get(0).reading(gauge.metric).orElseThrow().unit();
            IntervalChart chart = new IntervalChart(ID + "-" + gauge.metric, gauge.title, gauge.title, unit);
            drawn.forEach(one -> chart.add(
                    layout.row().apply(one),
                    layout.series().apply(one),
                    one,
                    one.reading(gauge.metric).orElseThrow(),
                    gauge.metric + ", mean over the iterations of a fork"));
            charts.add(chart.build(gauge.title + " of " + having.size() + " measurements."));
        }
        if (charts.isEmpty()) {
            return Section.absent(
                    ID,
                    TITLE,
                    "No measurement knows the clock, power or temperature of its device: NVIDIA GPUs tell, CPUs do not.");
        }
        sentences.add(0, "What the device told of itself during the iterations.");
        return new Section(ID, TITLE, String.join(" ", sentences), charts, Optional.of(table.build()), List.of());
    }
}
