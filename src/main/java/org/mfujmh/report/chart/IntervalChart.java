package org.mfujmh.report.chart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mfujmh.compare.Interval;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.measured.MetricReading;
import org.mfujmh.report.text.NumberFormat;

/** A chart of values with their intervals, one row each, with the values of the forks behind them. */
public final class IntervalChart {
    private static final double LOG_ABOVE = 30;
    private static final double MOSTLY_SHARED = 1.5;
    private static final double SHORTENED_ABOVE = 1e5;
    private static final int ONE_SERIES_STEP = 30;
    private static final int SERIES_STEP = 19;

    private final String id;
    private final String title;
    private final String axis;
    private final String unit;
    private final Set<String> rows = new LinkedHashSet<>();
    private final Set<String> series = new LinkedHashSet<>();
    private final List<Map<String, Object>> means = new ArrayList<>();
    private final List<Map<String, Object>> forks = new ArrayList<>();
    private final List<Map<String, Object>> limits = new ArrayList<>();
    private double smallest = Double.POSITIVE_INFINITY;
    private double largest = Double.NEGATIVE_INFINITY;
    private boolean aroundOne;
    private Map<String, String> colours = Map.of();
    private String interval = Interval.TITLE;

    /**
     * @param unit {@code share} for values shown in per cent
     */
    public IntervalChart(String id, String title, String axis, String unit) {
        this.id = id;
        this.title = title;
        this.axis = axis;
        this.unit = unit;
    }

    /** Adds a vertical line across the whole chart. */
    public IntervalChart limit(double value, String label) {
        limits.add(Map.of("value", value, "label", label));
        return this;
    }

    /** Sets the colour of every series, by name, for colours with a meaning. */
    public IntervalChart colours(Map<String, String> meant) {
        colours = Map.copyOf(meant);
        return this;
    }

    /** Names the intervals, where they are not at the usual confidence. */
    public IntervalChart intervals(String name) {
        interval = name;
        return this;
    }

    /** For ratios: the axis need not include zero, since the distance from 1 is what matters. */
    public IntervalChart aroundOne() {
        aroundOne = true;
        return this;
    }

    public void add(String row, String colour, Measured measured, MetricReading reading, String formula) {
        add(
                row,
                colour,
                measured.name(),
                reading.value(),
                reading.low(),
                reading.high(),
                reading.forks(),
                formula,
                measured.origin());
        for (double value : reading.forkMeans()) {
            if (reading.forks() > 1) {
                Map<String, Object> fork = at(row, colour);
                fork.put("value", value);
                fork.put("name", measured.name());
                fork.put("label", shown(value));
                fork.put("origin", measured.origin());
                forks.add(fork);
                smallest = Math.min(smallest, value);
                largest = Math.max(largest, value);
            }
        }
    }

    public void add(
            String row,
            String colour,
            String name,
            double value,
            double low,
            double high,
            int n,
            String formula,
            String origin) {
        Map<String, Object> mean = at(row, colour);
        mean.put("value", value);
        mean.put("low", low);
        mean.put("high", high);
        mean.put("name", name);
        mean.put(
                "label",
                shown(value)
                        + (Double.isFinite(low)
                                ? " (" + interval + " " + shown(low) + " to " + shown(high) + ", " + n + " forks)"
                                : " (no interval: " + n + (n == 1 ? " value)" : " values)")));
        mean.put("formula", formula);
        mean.put("origin", origin);
        means.add(mean);
        smallest = Math.min(smallest, value);
        largest = Math.max(largest, value);
    }

    private Map<String, Object> at(String row, String colour) {
        rows.add(row);
        series.add(colour);
        Map<String, Object> place = new LinkedHashMap<>();
        place.put("row", row);
        place.put("series", colour);
        return place;
    }

    private String shown(double value) {
        return NumberFormat.of(value, unit) + (unit.equals("share") || unit.isEmpty() ? "" : " " + unit);
    }

    boolean isEmpty() {
        return means.isEmpty();
    }

    public Chart build(String message) {
        boolean log = smallest > 0 && largest / smallest > LOG_ABOVE;
        if (log) {
            means.forEach(this::startAboveZero);
        }
        boolean beside = means.size() >= MOSTLY_SHARED * rows.size();
        return new Chart(
                id,
                title,
                message,
                ChartTemplate.named("intervals")
                        .with("rows", rows)
                        .with("series", series)
                        .with(
                                "offset",
                                beside
                                        ? Map.of(
                                                "field", "series", "type", "nominal", "scale", Map.of("domain", series))
                                        : null)
                        .with(
                                "colours",
                                colours.isEmpty()
                                        ? Map.of("domain", series)
                                        : Map.of(
                                                "domain",
                                                series,
                                                "range",
                                                series.stream()
                                                        .map(colours::get)
                                                        .toList()))
                        .with("legend", series.size() > 1 ? Map.of("orient", "top") : null)
                        .with("step", beside ? SERIES_STEP : ONE_SERIES_STEP)
                        .with("x", axis + (log ? " (log)" : ""))
                        .with("axis", axis(log))
                        .with("scale", log ? Map.of("type", "log") : Map.of("zero", !aroundOne, "nice", true))
                        .data("limits", limits)
                        .data("forks", forks)
                        .data("means", means)
                        .build());
    }

    /** Zero has no place on a logarithmic axis: an interval that reaches it begins below all values; its label says where. */
    private void startAboveZero(Map<String, Object> mean) {
        if (mean.get("low") instanceof Double low && low <= 0) {
            mean.put("low", smallest / 2);
        }
    }

    private Map<String, Object> axis(boolean log) {
        String format = unit.equals("share") ? "~%" : largest >= SHORTENED_ABOVE ? "~s" : ",~f";
        return log
                ? Map.of("format", unit.equals("share") ? "~%" : "~s", "values", Ticks.logarithmic(smallest, largest))
                : Map.of("format", format, "tickCount", 5, "labelFlush", true);
    }
}
