package org.mfujmh.compare;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.mfujmh.BadInput;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Metric;
import org.mfujmh.results.PlainText;
import org.mfujmh.results.Unit;
import org.mfujmh.schema.Direction;
import org.mfujmh.schema.MetricId;

/**
 * A metric, by the name that users give on the command line.
 *
 * @param name {@code score} for the primary metric, otherwise the label of a secondary one
 */
public record MetricLabel(String name) {
    public static final MetricLabel SCORE = new MetricLabel("score");
    public static final MetricLabel TOKENS_PER_SECOND = of(MetricId.TOKENS_PER_S);
    static final MetricLabel ROOFLINE_SHARE = of(MetricId.ROOFLINE_SHARE);
    static final MetricLabel ROOFLINE_TFLOPS = of(MetricId.ROOFLINE_TFLOPS);

    /** How the GC profiler names the amount per operation. */
    private static final String PER_OPERATION = ".norm";

    /** Rates that rise with the speed of the same program, so that neither direction is better by itself. */
    private static final Pattern RISES_WITH_SPEED = Pattern.compile("gc\\.(alloc\\.rate|churn.*)(?<!\\.norm)");

    private static MetricLabel of(MetricId metric) {
        return new MetricLabel(metric.label());
    }

    /**
     * The name as written by JMH 1.37 and later. Earlier, profiler labels began with a middle dot, which arrives as one
     * or two other characters from a terminal without UTF-8.
     */
    public MetricLabel {
        name = Entry.label(name);
    }

    /** The default metric: tokens per second if all entries have it and it is not NaN in all of them, otherwise the score. */
    public static MetricLabel usual(List<Entry> entries) {
        List<Metric> tokens = entries.stream()
                .flatMap(entry -> TOKENS_PER_SECOND.of(entry).stream())
                .toList();
        boolean known =
                tokens.stream().anyMatch(one -> Arrays.stream(one.forkMeans()).anyMatch(Double::isFinite));
        return known && tokens.size() == entries.size() ? TOKENS_PER_SECOND : SCORE;
    }

    public Optional<Metric> of(Entry entry) {
        return equals(SCORE) ? Optional.of(entry.primary()) : entry.secondary(name);
    }

    /** @throws BadInput if no entry has this metric; the message lists those that exist */
    public void requireIn(List<Entry> entries) {
        if (entries.stream().noneMatch(entry -> of(entry).isPresent())) {
            SortedSet<String> known = new TreeSet<>();
            entries.forEach(entry -> known.addAll(entry.secondary().keySet()));
            known.add(SCORE.name());
            throw new BadInput("No measurement has the metric '" + PlainText.of(name) + "'. Available: "
                    + known.stream().limit(40).map(PlainText::of).collect(Collectors.joining(", ")) + ".");
        }
    }

    /** @throws BadInput if neither the user nor the metric's name and unit determine the direction */
    public Direction direction(Entry entry, Optional<Direction> asked) {
        return asked.or(() -> equals(SCORE)
                        ? Optional.of(ofMode(entry.mode()))
                        : of(entry).flatMap(metric -> ofSecondary(name, metric.unit())))
                .orElseThrow(() -> new BadInput("Are larger or smaller values of '" + PlainText.of(name) + "' ("
                        + PlainText.of(of(entry).map(Metric::unit).orElse("no unit"))
                        + ") better? Specify --better high or --better low" + perOperation(entry) + "."));
    }

    /** The same amount for each operation, which does not rise with the speed. */
    private String perOperation(Entry entry) {
        return entry.secondary(name + PER_OPERATION).isPresent()
                ? ", or choose " + PlainText.of(name + PER_OPERATION) + ", the amount per operation"
                : "";
    }

    /** Whether the metric is a share of the datasheet peak. */
    boolean isShareOfPeak() {
        return MetricId.of(name).filter(MetricId::isShareOfPeak).isPresent();
    }

    /** The direction of a primary score: higher is better for JMH's throughput mode, lower for its three time modes. */
    private static Direction ofMode(String mode) {
        return mode.equals("thrpt") ? Direction.HIGHER_IS_BETTER : Direction.LOWER_IS_BETTER;
    }

    /**
     * The direction of a secondary metric: as in {@link MetricId} for the suite's own; for others, times and amounts
     * per operation are costs, and operations per time are speeds. Empty if the unit does not determine it, and for bytes
     * allocated or freed per time, which rise with the speed of the same program.
     */
    private static Optional<Direction> ofSecondary(String label, String unit) {
        if (RISES_WITH_SPEED.matcher(label).matches()) {
            return Optional.empty();
        }
        Optional<Direction> ours = MetricId.of(label).map(MetricId::direction);
        if (ours.isPresent()) {
            return ours;
        }
        Optional<Unit> known = Unit.of(unit);
        boolean cost =
                known.filter(one -> one.isPerOperation() || one.isTimeOrBytes()).isPresent();
        // The last of the patterns: the GC profiler's collections, their number and their time.
        if (cost || unit.endsWith("/op") || label.matches("gc\\.(count|time).*")) {
            return Optional.of(Direction.LOWER_IS_BETTER);
        }
        boolean speed = unit.startsWith("ops/") || known.filter(Unit::isSpeed).isPresent();
        return speed ? Optional.of(Direction.HIGHER_IS_BETTER) : Optional.empty();
    }
}
