package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mfujmh.compare.Interval;
import org.mfujmh.report.chart.Chart;
import org.mfujmh.report.chart.IntervalChart;
import org.mfujmh.report.measured.Answer;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.measured.MetricReading;
import org.mfujmh.results.Unit;
import org.mfujmh.schema.MetricId;

/** Throughput: tokens per second by model and batch; the score for benchmarks of other suites. */
public final class ThroughputSection {
    private static final int MOST_DRAWN = 40;
    private static final String TOKENS = Unit.inWords(MetricId.MetricUnit.TOKENS_PER_SECOND);
    private static final int MOST_UNITS = 4;

    private ThroughputSection() {}

    public static Section of(List<Measured> all) {
        Map<String, List<Measured>> byUnit = new LinkedHashMap<>();
        DataTable.Builder table = new DataTable.Builder()
                .text("measurement")
                .text("metric")
                .reading("value", "")
                .text("unit")
                .origin();
        for (Measured one : all) {
            Optional<MetricReading> reading = one.reading(one.mainMetric());
            table.row()
                    .add(one.name())
                    .add(one.mainMetric())
                    .add(reading)
                    .add(reading.map(MetricReading::unit)
                            .orElse(Unit.inWords(one.entry().primary().unit())))
                    .origin(one)
                    .end();
            reading.ifPresent(found -> byUnit.computeIfAbsent(found.unit(), unit -> new ArrayList<>())
                    .add(one));
        }
        List<String> sentences = new ArrayList<>();
        List<Chart> charts = new ArrayList<>();
        List<String> units = Section.first(List.copyOf(byUnit.keySet()), MOST_UNITS, sentences, "units");
        for (String unit : units) {
            charts.add(chart(unit, byUnit.get(unit), charts.size(), sentences));
        }
        if (charts.isEmpty()) {
            return Section.absent("throughput", "Throughput", "No measurement has a numeric value.");
        }
        sentences.add(0, charts.get(0).message());
        return new Section(
                "throughput",
                byUnit.containsKey(TOKENS) ? "Tokens per second" : "Scores",
                String.join(" ", sentences),
                charts,
                Optional.of(table.build()),
                List.of(
                        "tokens/s = batch size x tokens per sequence x invocations per second.",
                        "Dot: mean over forks; thick line: its " + Interval.TITLE + " (Student's t over fork means); "
                                + "thin ticks: the means of the forks."));
    }

    private static Chart chart(String unit, List<Measured> measured, int number, List<String> sentences) {
        List<Measured> drawn = Section.first(
                measured, MOST_DRAWN, sentences, "measurements in " + (unit.isEmpty() ? "no unit" : unit));
        boolean tokens = unit.equals(TOKENS);
        Layout layout = Layout.of(drawn);
        String id = number == 0 ? "throughput" : "throughput-" + (number + 1);
        IntervalChart chart = new IntervalChart(
                id, tokens ? "Tokens per second" : "Score, " + unit, tokens ? "tokens per second" : unit, unit);
        for (Measured one : drawn) {
            chart.add(
                    layout.row().apply(one),
                    layout.series().apply(one),
                    one,
                    one.reading(one.mainMetric()).orElseThrow(),
                    tokens ? "batch size x tokens x invocations/s" : "JMH's score");
        }
        return chart.build(message(measured, tokens));
    }

    /** The slowest and the fastest. */
    private static String message(List<Measured> measured, boolean tokens) {
        TreeMap<Double, Measured> byValue = new TreeMap<>();
        measured.forEach(
                one -> byValue.put(one.reading(one.mainMetric()).orElseThrow().value(), one));
        if (measured.size() == 1) {
            return measured.get(0).name() + ": " + Answer.value(measured.get(0)) + ".";
        }
        Measured highest = byValue.lastEntry().getValue();
        Measured lowest = byValue.firstEntry().getValue();
        return (tokens ? "From " : "Values from ") + Answer.value(lowest) + " (" + lowest.name() + ") to "
                + Answer.value(highest) + " (" + highest.name() + ").";
    }
}
