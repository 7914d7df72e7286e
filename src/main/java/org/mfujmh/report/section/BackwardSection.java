package org.mfujmh.report.section;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.compare.Change;
import org.mfujmh.compare.Interval;
import org.mfujmh.compare.Sample;
import org.mfujmh.report.chart.ChartTemplate;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.measured.MetricReading;
import org.mfujmh.report.text.NumberFormat;
import org.mfujmh.schema.Direction;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;

/** Compares the time of a backward pass with the usual assumption of twice the forward pass. */
public final class BackwardSection {
    private static final String ID = "backward";
    private static final String TITLE = "Backward compared with forward";
    private static final int MOST_DRAWN = 20;
    private static final String FORMULA = "time of forward + backward / time of forward, minus 1";

    /**
     * Both passes of one model at the same size.
     *
     * @param ratio time of forward + backward over time of forward
     */
    private record Pair(Measured forward, Measured both, double forwardSeconds, double bothSeconds, Interval ratio) {
        double backward() {
            return ratio.estimate() - 1;
        }

        String range() {
            return ratio.isKnown() ? number(ratio.low() - 1) + " to " + number(ratio.high() - 1) : "no interval";
        }
    }

    private BackwardSection() {}

    public static Section of(List<Measured> all) {
        List<Pair> pairs = pairs(all);
        if (pairs.isEmpty()) {
            return Section.absent(
                    ID, TITLE, "No file has both forward and forward + backward of a model at the same size.");
        }
        List<String> sentences = new ArrayList<>();
        List<Pair> drawn = Section.first(pairs, MOST_DRAWN, sentences, "pairs");
        return Section.drawn(
                ID,
                TITLE,
                message(pairs),
                sentences,
                spec(drawn),
                table(pairs),
                List.of(
                        "Backward time = (forward + backward) - forward, with a forward pass that does not record "
                                + "the graph.",
                        "Its " + Interval.PERCENT + " interval is computed from the fork means of both, like that of "
                                + "a change (docs/guide/compare-and-gate.md).",
                        "Dashed line: backward takes twice the FLOPs of forward."));
    }

    private static List<Pair> pairs(List<Measured> all) {
        Map<List<Object>, Measured> forwards = new LinkedHashMap<>();
        for (Measured one : all) {
            if (one.pass().equals(Optional.of(PassId.FORWARD))) {
                forwards.putIfAbsent(conditions(one), one);
            }
        }
        List<Pair> pairs = new ArrayList<>();
        for (Measured both : all) {
            Measured forward =
                    both.pass().equals(Optional.of(PassId.FORWARD_BACKWARD)) ? forwards.get(conditions(both)) : null;
            if (forward != null) {
                pair(forward, both).ifPresent(pairs::add);
            }
        }
        return pairs;
    }

    private static List<Object> conditions(Measured one) {
        Map<String, String> params = new LinkedHashMap<>(one.entry().params());
        params.remove(PassParams.LOSS);
        return List.of(one.file(), one.device(), params);
    }

    private static Optional<Pair> pair(Measured forward, Measured both) {
        Optional<MetricReading> one = forward.reading(MetricId.TOKENS_PER_S);
        Optional<MetricReading> other = both.reading(MetricId.TOKENS_PER_S);
        if (one.isEmpty()
                || other.isEmpty()
                || !(one.get().value() > 0)
                || !(other.get().value() > 0)) {
            return Optional.empty();
        }
        double tokens = tokens(forward);
        double estimate = one.get().value() / other.get().value();
        Sample fast = Sample.ofForkMeans(one.get().forkMeans());
        Sample slow = Sample.ofForkMeans(other.get().forkMeans());
        boolean enough = Math.min(fast.size(), slow.size()) >= Sample.FEWEST_FORKS;
        Interval ratio = enough
                ? Change.between(slow, fast, Direction.HIGHER_IS_BETTER).ratioInterval((1 - Interval.CONFIDENCE) / 2)
                : new Interval(estimate, Double.NaN, Double.NaN, Interval.CONFIDENCE, List.of());
        return Optional.of(new Pair(
                forward, both, tokens / one.get().value(), tokens / other.get().value(), ratio));
    }

    private static double tokens(Measured one) {
        return one.workload()
                .map(workload -> workload.allTokens().doubleValue())
                .orElse(Double.NaN);
    }

    private static ObjectNode spec(List<Pair> pairs) {
        boolean alone = pairs.stream().map(pair -> pair.both.file()).distinct().count() == 1;
        List<String> rows = new ArrayList<>();
        List<Map<String, Object>> times = new ArrayList<>();
        List<Map<String, Object>> both = new ArrayList<>();
        for (Pair pair : pairs) {
            String row = alone && !pair.both.setting().isEmpty() ? pair.both.setting() : pair.both.name();
            rows.add(row);
            times.add(Map.of(
                    "row", row, "part", "forward", "share", 1.0, "order", 0, "label", seconds(pair.forwardSeconds)));
            times.add(Map.of(
                    "row",
                    row,
                    "part",
                    "backward",
                    "share",
                    Math.max(0, pair.backward()),
                    "order",
                    1,
                    "label",
                    seconds(pair.bothSeconds - pair.forwardSeconds)));
            Map<String, Object> end = new LinkedHashMap<>();
            end.put("row", row);
            end.put("value", pair.ratio.estimate());
            end.put("low", pair.ratio.low());
            end.put("high", pair.ratio.high());
            end.put("label", number(pair.backward()) + " x forward (" + pair.range() + ")");
            end.put("formula", FORMULA);
            end.put("origin", pair.forward.origin() + " and " + pair.both.origin());
            both.add(end);
        }
        return ChartTemplate.named("times")
                .with("rows", rows)
                .data("times", times)
                .data("both", both)
                .data("limits", List.of(Map.of("value", 3.0, "label", "by FLOPs: 2 x forward")))
                .build();
    }

    private static DataTable table(List<Pair> pairs) {
        DataTable.Builder table = new DataTable.Builder()
                .text("measurement")
                .number("backward / forward", "")
                .number("low", "")
                .number("high", "")
                .number("forward, s", "s")
                .number("backward, s", "s")
                .number("both, s", "s")
                .text("file")
                .number("entry, forward", "")
                .number("entry, both", "");
        pairs.forEach(pair -> table.row()
                .add(pair.both.name())
                .add(pair.backward())
                .add(pair.ratio.low() - 1)
                .add(pair.ratio.high() - 1)
                .add(pair.forwardSeconds)
                .add(pair.bothSeconds - pair.forwardSeconds)
                .add(pair.bothSeconds)
                .add(pair.both.file())
                .add(pair.forward.number())
                .add(pair.both.number())
                .end());
        return table.build();
    }

    private static String message(List<Pair> pairs) {
        Pair first = pairs.get(0);
        String beyond = first.ratio.isKnown() && (first.ratio.low() > 3 || first.ratio.high() < 3)
                ? " (the interval does not reach 2)"
                : "";
        return String.format(
                Locale.ROOT,
                "Backward takes %s times the time of forward (%s) for %s%s; its FLOPs are 2 times.",
                number(first.backward()),
                first.ratio.isKnown() ? Interval.PERCENT + ": " + first.range() : first.range(),
                first.both.setting().isEmpty() ? first.both.name() : first.both.setting(),
                beyond);
    }

    private static String seconds(double seconds) {
        return NumberFormat.of(seconds, "s") + " s";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
