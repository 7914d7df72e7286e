package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;
import org.mfujmh.results.Metric;

/**
 * One measurement over time.
 *
 * @param points in the order of the files; a file without the measurement, or without a number, has none
 * @param changes where the level changed
 */
public record History(
        Identity identity, MetricLabel metric, String unit, List<HistoryPoint> points, List<LevelChange> changes) {

    /** @param value the mean over forks, with its 99 % interval */
    public record HistoryPoint(String file, Interval value, int forks) {}

    /**
     * A change of the level.
     *
     * @param at index of the first point after it
     * @param before geometric mean since the change before, or the beginning
     * @param after geometric mean until the next change, or the end
     * @param ratio above 1 is better
     */
    public record LevelChange(int at, double before, double after, double ratio) {}

    /**
     * @param files entries by the name of their file, oldest first
     * @param metric empty: the usual one of these entries
     * @return one for each measurement that any file has
     */
    public static List<History> of(
            Map<String, List<Entry>> files, Optional<MetricLabel> metric, Optional<Direction> asked) {
        List<Entry> all = files.values().stream().flatMap(List::stream).toList();
        MetricLabel label = metric.orElseGet(() -> MetricLabel.usual(all));
        label.requireIn(all);
        // Another unit is another series: a change from ms to us is no speed-up.
        Map<Measured, Map<String, Entry>> series = new LinkedHashMap<>();
        files.forEach((file, entries) -> {
            Identity.requireUnique(entries);
            for (Entry entry : entries) {
                label.of(entry).ifPresent(value -> series.computeIfAbsent(
                                new Measured(Identity.of(entry), value.unit()), one -> new LinkedHashMap<>())
                        .put(file, entry));
            }
        });
        List<History> histories = new ArrayList<>();
        series.forEach((measured, entries) -> {
            List<HistoryPoint> points = new ArrayList<>();
            entries.forEach(
                    (file, entry) -> points.add(point(file, label.of(entry).orElseThrow())));
            Direction direction = label.direction(entries.values().iterator().next(), asked);
            histories.add(new History(
                    measured.identity, label, measured.unit, List.copyOf(points), changes(points, direction)));
        });
        return histories;
    }

    private record Measured(Identity identity, String unit) {}

    private static HistoryPoint point(String file, Metric metric) {
        Sample forks = Sample.ofForks(metric);
        return new HistoryPoint(file, forks.meanInterval(0.99), forks.size());
    }

    /** Over the points that have a positive number; the index is that of all points. */
    private static List<LevelChange> changes(List<HistoryPoint> points, Direction direction) {
        List<Integer> known = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            if (points.get(i).value.estimate() > 0
                    && Double.isFinite(points.get(i).value.estimate())) {
                known.add(i);
            }
        }
        double[] logs = known.stream()
                .mapToDouble(i -> Math.log(points.get(i).value.estimate()))
                .toArray();
        List<Integer> bounds = new ArrayList<>(ChangePoints.of(logs));
        bounds.add(0, 0);
        bounds.add(logs.length);
        List<LevelChange> changes = new ArrayList<>();
        for (int i = 1; i < bounds.size() - 1; i++) {
            double before = mean(logs, bounds.get(i - 1), bounds.get(i));
            double after = mean(logs, bounds.get(i), bounds.get(i + 1));
            changes.add(new LevelChange(
                    known.get(bounds.get(i)),
                    Math.exp(before),
                    Math.exp(after),
                    Math.exp(direction.sign() * (after - before))));
        }
        return changes;
    }

    private static double mean(double[] values, int from, int to) {
        return Arrays.stream(values, from, to).average().orElseThrow();
    }
}
