package org.mfujmh.compare;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.mfujmh.BadInput;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Metric;
import org.mfujmh.results.PlainText;

/**
 * A metric by the name that the user gives it.
 *
 * @param name {@code score} for the primary metric, else the label of a secondary one
 */
public record MetricLabel(String name) {
    public static final MetricLabel SCORE = new MetricLabel("score");
    public static final MetricLabel TOKENS_PER_SECOND = new MetricLabel("tokens_per_s");
    static final MetricLabel ROOFLINE_SHARE = new MetricLabel("roofline_share");
    static final MetricLabel ROOFLINE_TFLOPS = new MetricLabel("roofline_tflops");

    /**
     * The name that JMH has written since 1.37: before, the labels of its profilers began with a middle dot, which a
     * terminal without UTF-8 hands over as one or two other characters.
     */
    public MetricLabel {
        name = Entry.label(name);
    }

    /** Where nobody chose: tokens per second where all of these have it, else the score. */
    public static MetricLabel usual(List<Entry> entries) {
        boolean ours =
                entries.stream().allMatch(entry -> TOKENS_PER_SECOND.of(entry).isPresent());
        return ours ? TOKENS_PER_SECOND : SCORE;
    }

    public Optional<Metric> of(Entry entry) {
        return equals(SCORE) ? Optional.of(entry.primary()) : entry.secondary(name);
    }

    /** @throws BadInput where no entry has such a metric; names those they have */
    public void requireIn(List<Entry> entries) {
        if (entries.stream().noneMatch(entry -> of(entry).isPresent())) {
            SortedSet<String> known = new TreeSet<>();
            entries.forEach(entry -> known.addAll(entry.secondary().keySet()));
            known.add(SCORE.name());
            throw new BadInput("No measurement has a metric '" + PlainText.of(name) + "'. There are: "
                    + known.stream().limit(40).map(PlainText::of).collect(Collectors.joining(", ")) + ".");
        }
    }

    /** @throws BadInput where neither the user nor the metric's name and unit say which way is better */
    public Direction direction(Entry entry, Optional<Direction> asked) {
        return asked.or(() -> equals(SCORE)
                        ? Optional.of(Direction.ofMode(entry.mode()))
                        : of(entry).flatMap(metric -> Direction.ofSecondary(name, metric.unit())))
                .orElseThrow(() -> new BadInput("Is '" + PlainText.of(name) + "' ("
                        + PlainText.of(of(entry).map(Metric::unit).orElse("no unit"))
                        + ") better high or low? Say it by --better high or --better low."));
    }

    /** Whether it is a share of the datasheet's peak. */
    boolean isShareOfPeak() {
        return name.equals("mfu") || name.startsWith("mfu_") || name.startsWith("hfu_");
    }
}
