package org.mfujmh.report.section;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
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

    /**
     * The passes of one model at the same size.
     *
     * @param less the forward pass that is subtracted: one that records the graph, or the plain one
     * @param backward (time of forward + backward - time of less) / time of forward
     */
    private record Pair(Measured forward, Measured both, Measured less, Interval backward) {
        double estimate() {
            return backward.estimate();
        }

        boolean isOfRecording() {
            return !less.equals(forward);
        }

        String range() {
            return backward.isKnown() ? number(backward.low()) + " to " + number(backward.high()) : "no interval";
        }

        String formula() {
            return "(time of forward + backward - time of "
                    + (isOfRecording() ? PassId.FORWARD_RECORDING.title() : "forward") + ") / time of forward";
        }

        double backwardSeconds() {
            return seconds(both) - seconds(less);
        }

        private static double seconds(Measured one) {
            return one.workload()
                            .map(workload -> workload.allTokens().doubleValue())
                            .orElse(Double.NaN)
                    / tokens(one).value();
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
                        "Backward time = (forward + backward) - forward, with a forward pass that records the graph where"
                                + " the file has one (" + PassId.FORWARD_RECORDING.benchmarkClass()
                                + "); otherwise with one that does not, so that it includes the cost of recording.",
                        "Its " + Interval.PERCENT + " interval is computed from the fork means, like that of "
                                + "a change (docs/guide/compare-and-gate.md).",
                        "Dashed line: backward takes twice the FLOPs of forward."));
    }

    private static List<Pair> pairs(List<Measured> all) {
        Map<List<Object>, Measured> forwards = ofPass(PassId.FORWARD, all);
        Map<List<Object>, Measured> recordings = ofPass(PassId.FORWARD_RECORDING, all);
        List<Pair> pairs = new ArrayList<>();
        ofPassInOrder(PassId.FORWARD_BACKWARD, all).forEach(both -> {
            Measured forward = forwards.get(conditions(both));
            if (forward != null) {
                pairs.add(pair(forward, both, recordings.getOrDefault(conditions(both), forward)));
            }
        });
        return pairs;
    }

    private static Map<List<Object>, Measured> ofPass(PassId pass, List<Measured> all) {
        Map<List<Object>, Measured> found = new HashMap<>();
        ofPassInOrder(pass, all).forEach(one -> found.putIfAbsent(conditions(one), one));
        return found;
    }

    private static List<Measured> ofPassInOrder(PassId pass, List<Measured> all) {
        return all.stream()
                .filter(one -> one.pass().equals(Optional.of(pass)))
                .filter(one -> one.reading(MetricId.TOKENS_PER_S)
                        .filter(tokens -> tokens.value() > 0)
                        .isPresent())
                .toList();
    }

    private static List<Object> conditions(Measured one) {
        Map<String, String> params = new LinkedHashMap<>(one.entry().params());
        params.remove(PassParams.LOSS);
        return List.of(one.file(), one.device(), params);
    }

    private static Pair pair(Measured forward, Measured both, Measured less) {
        if (less.equals(forward)) {
            Interval ratio = ratio(both, forward, (1 - Interval.CONFIDENCE) / 2);
            return new Pair(forward, both, less, shifted(ratio, 1, 1, 1));
        }
        // Each of the two ratios misses half as often, so that both hold together as often as one alone.
        double level = (1 - Interval.CONFIDENCE) / 4;
        Interval ofLess = ratio(less, forward, level);
        return new Pair(
                forward,
                both,
                less,
                shifted(ratio(both, forward, level), ofLess.estimate(), ofLess.high(), ofLess.low()));
    }

    private static Interval shifted(Interval ratio, double estimate, double low, double high) {
        return new Interval(
                ratio.estimate() - estimate, ratio.low() - low, ratio.high() - high, Interval.CONFIDENCE, List.of());
    }

    /** The time of one over the time of another; each end is a bound at this level. */
    private static Interval ratio(Measured one, Measured other, double level) {
        Sample slow = Sample.ofForkMeans(tokens(one).forkMeans());
        Sample fast = Sample.ofForkMeans(tokens(other).forkMeans());
        return Math.min(fast.size(), slow.size()) >= Sample.FEWEST_FORKS
                ? Change.between(slow, fast, Direction.HIGHER_IS_BETTER).ratioInterval(level)
                : new Interval(
                        tokens(other).value() / tokens(one).value(),
                        Double.NaN,
                        Double.NaN,
                        Interval.CONFIDENCE,
                        List.of());
    }

    private static MetricReading tokens(Measured one) {
        return one.reading(MetricId.TOKENS_PER_S).orElseThrow();
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
                    "row",
                    row,
                    "part",
                    "forward",
                    "share",
                    1.0,
                    "order",
                    0,
                    "label",
                    seconds(Pair.seconds(pair.forward))));
            times.add(Map.of(
                    "row",
                    row,
                    "part",
                    "backward",
                    "share",
                    Math.max(0, pair.estimate()),
                    "order",
                    1,
                    "label",
                    seconds(pair.backwardSeconds())));
            Map<String, Object> end = new LinkedHashMap<>();
            end.put("row", row);
            end.put("value", 1 + pair.estimate());
            end.put("low", 1 + pair.backward.low());
            end.put("high", 1 + pair.backward.high());
            end.put("label", number(pair.estimate()) + " x forward (" + pair.range() + ")");
            end.put("formula", pair.formula());
            end.put(
                    "origin",
                    pair.forward.origin() + (pair.isOfRecording() ? ", " + pair.less.origin() : "") + " and "
                            + pair.both.origin());
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
                .text("subtracted")
                .text("file")
                .number("entry, forward", "")
                .number("entry, both", "");
        pairs.forEach(pair -> table.row()
                .add(pair.both.name())
                .add(pair.estimate())
                .add(pair.backward.low())
                .add(pair.backward.high())
                .add(Pair.seconds(pair.forward))
                .add(pair.backwardSeconds())
                .add(Pair.seconds(pair.both))
                .add(pair.less.passName())
                .add(pair.both.file())
                .add(pair.forward.number())
                .add(pair.both.number())
                .end());
        return table.build();
    }

    private static String message(List<Pair> pairs) {
        Pair first = pairs.get(0);
        String beyond = first.backward.isKnown() && (first.backward.low() > 2 || first.backward.high() < 2)
                ? " (the interval does not reach 2)"
                : "";
        return String.format(
                Locale.ROOT,
                "Backward takes %s times the time of forward (%s) for %s%s; its FLOPs are 2 times.%s",
                number(first.estimate()),
                first.backward.isKnown() ? Interval.PERCENT + ": " + first.range() : first.range(),
                first.both.setting().isEmpty() ? first.both.name() : first.both.setting(),
                beyond,
                first.isOfRecording() ? "" : " The time includes the cost of recording the graph.");
    }

    private static String seconds(double seconds) {
        return NumberFormat.of(seconds, "s") + " s";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
