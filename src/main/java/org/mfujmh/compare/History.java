package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mfujmh.results.Difference;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;
import org.mfujmh.results.Metric;
import org.mfujmh.results.PlainText;
import org.mfujmh.results.Unit;
import org.mfujmh.schema.Direction;
import org.mfujmh.schema.RunProperty;

/**
 * One measurement over time.
 *
 * @param points in the order of the files; files without the measurement or without a number have no point
 * @param changes where the level changed
 * @param choices how the runs differ in how the device or the way to multiply was chosen; may be empty
 * @param conditions what else differs between a run and the one before it, but for the commit: a sentence for each run
 */
public record History(
        Identity identity,
        MetricLabel metric,
        String unit,
        List<HistoryPoint> points,
        List<LevelChange> changes,
        List<String> choices,
        List<String> conditions) {

    /** With fewer runs no change can be detected, however large it is. */
    public static final int FEWEST_RUNS = ChangePoints.fewestValues();

    /** With fewer runs no change can be detected that only the last two show. */
    public static final int FEWEST_RUNS_FOR_THE_LAST_TWO = ChangePoints.FEWEST_FOR_THE_LAST_TWO;

    /** @param value the mean over forks, with its 99 % interval */
    public record HistoryPoint(String file, Interval value, int forks) {}

    /**
     * A change of level.
     *
     * @param at index of the first point after the change
     * @param before geometric mean since the previous change or the beginning; the arithmetic mean if a value is zero
     * @param after the same until the next change or the end
     * @param ratio above 1 is better; 0 or infinite to or from zero
     */
    public record LevelChange(int at, double before, double after, double ratio) {}

    /**
     * @param files entries by the name of their file, oldest first
     * @param metric empty for the usual one of these entries
     * @return one history for each measurement that any file has
     */
    public static List<History> of(
            Map<String, List<Entry>> files, Optional<MetricLabel> metric, Optional<Direction> asked) {
        List<Entry> all = files.values().stream().flatMap(List::stream).toList();
        MetricLabel label = metric.orElseGet(() -> MetricLabel.usual(all));
        label.requireIn(all);
        files.values().forEach(Identity::requireUnique);
        return Series.of(
                        files,
                        label,
                        (file, entry) -> Unit.kind(label.of(entry).orElseThrow().unit()))
                .stream()
                .map(one -> of(one, label, asked))
                .toList();
    }

    /** The history of measurements with convertible units. */
    private static History of(Series series, MetricLabel label, Optional<Direction> asked) {
        Entry first = series.entries().values().iterator().next();
        String unit = label.of(first).orElseThrow().unit();
        List<HistoryPoint> points = new ArrayList<>();
        series.entries()
                .forEach((file, entry) -> points.add(
                        point(file, label.of(entry).flatMap(one -> one.in(unit)).orElseThrow())));
        List<LevelChange> changes = changes(points, label.direction(first, asked), Floors.DEFAULT.of(label, unit));
        return new History(
                series.identity(), label, unit, List.copyOf(points), changes, series.choices(), conditions(series));
    }

    /** A step may be that of another PyTorch, and not of the code. */
    private static List<String> conditions(Series series) {
        List<String> sentences = new ArrayList<>();
        Entry before = null;
        for (Map.Entry<String, Entry> one : series.entries().entrySet()) {
            if (before != null) {
                String differences = Difference.between(before, one.getValue()).stream()
                        .filter(difference -> !difference.what().equals(RunProperty.COMMIT.title()))
                        .map(Difference::toString)
                        .collect(Collectors.joining("; "));
                if (!differences.isEmpty()) {
                    sentences.add(PlainText.of(one.getKey()) + ": " + differences);
                }
            }
            before = one.getValue();
        }
        return sentences;
    }

    private static HistoryPoint point(String file, Metric metric) {
        Sample forks = Sample.ofForks(metric);
        return new HistoryPoint(file, forks.meanInterval(), forks.size());
    }

    /**
     * Level changes over the points that have a number, on the log scale, or on the linear scale if a value is zero.
     * Indices count all points.
     *
     * @param floor changes below this are ignored
     */
    private static List<LevelChange> changes(List<HistoryPoint> points, Direction direction, double floor) {
        List<Integer> known = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            if (Double.isFinite(points.get(i).value.estimate())) {
                known.add(i);
            }
        }
        double[] values =
                known.stream().mapToDouble(i -> points.get(i).value.estimate()).toArray();
        boolean positive = Arrays.stream(values).allMatch(value -> value > 0);
        double[] scaled = positive ? Arrays.stream(values).map(Math::log).toArray() : values;
        List<Integer> bounds = new ArrayList<>(ChangePoints.of(scaled));
        bounds.add(0, 0);
        bounds.add(values.length);
        List<LevelChange> changes = new ArrayList<>();
        for (int i = 1; i < bounds.size() - 1; i++) {
            double before = mean(scaled, bounds.get(i - 1), bounds.get(i));
            double after = mean(scaled, bounds.get(i), bounds.get(i + 1));
            double from = positive ? Math.exp(before) : before;
            double to = positive ? Math.exp(after) : after;
            if (Math.abs(to - from) >= floor) {
                changes.add(new LevelChange(known.get(bounds.get(i)), from, to, Change.ratio(from, to, direction)));
            }
        }
        return changes;
    }

    private static double mean(double[] values, int from, int to) {
        return Arrays.stream(values, from, to).average().orElseThrow();
    }
}
