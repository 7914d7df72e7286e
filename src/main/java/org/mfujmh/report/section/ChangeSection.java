package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.compare.Gate;
import org.mfujmh.compare.GatePolicy;
import org.mfujmh.compare.GateResult;
import org.mfujmh.compare.Measurement;
import org.mfujmh.compare.Verdict;
import org.mfujmh.report.chart.Chart;
import org.mfujmh.report.chart.IntervalChart;
import org.mfujmh.report.measured.Input;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.text.GateReport;
import org.mfujmh.report.text.NumberFormat;
import org.mfujmh.results.Identity;
import org.mfujmh.results.Unit;

/** Compares two files, before and after, with the gate's verdicts. */
public final class ChangeSection {
    private static final String ID = "change";
    private static final String TITLE = "Before and after";
    private static final int MOST_DRAWN = 40;

    private static final String INTERVAL = "interval of the test";

    private static final String GREY = "#808791";
    private static final Map<String, String> COLOURS = Stream.of(Verdict.values())
            .collect(Collectors.toMap(Verdict::name, verdict -> switch (verdict) {
                case REGRESSED, FAILED -> "#d55e00";
                case IMPROVED -> "#009e73";
                case SAME -> "#3a93c8";
                default -> GREY;
            }));

    private ChangeSection() {}

    /**
     * @param before the file to compare with
     * @param after the other
     */
    public static GateResult decide(Input.File before, Input.File after) {
        return Gate.decide(before.entries(), after.entries(), GatePolicy.DEFAULT);
    }

    public static Section of(Optional<Input.Comparison> comparison, List<Measured> measured) {
        if (comparison.isEmpty()) {
            return Section.absent(
                    ID, TITLE, "Give exactly two files, before and after, or name the first with --baseline FILE.");
        }
        Input.File before = comparison.get().before();
        Input.File after = comparison.get().after();
        GateResult result = decide(before, after);
        List<String> names = names(result, measured);
        List<Integer> drawable = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (Double.isFinite(result.measurements().get(i).ratio().estimate())) {
                drawable.add(i);
            }
        }
        List<String> sentences = new ArrayList<>();
        String message = message(comparison.get());
        sentences.add(message);
        List<Integer> drawn = Section.first(drawable, MOST_DRAWN, sentences, "changes");
        List<Chart> charts = drawn.isEmpty() ? List.of() : List.of(chart(message, result, names, drawn));
        if (!result.differences().isEmpty()) {
            sentences.add("Conditions that differ: " + String.join("; ", result.differences()) + ".");
        }
        sentences.addAll(result.warnings());
        return new Section(
                ID,
                TITLE,
                String.join(" ", sentences),
                charts,
                Optional.of(table(result, names)),
                List.of(
                        "ratio = after / before, inverted if lower is better, so that above 1 is better.",
                        "The " + INTERVAL + " is computed from fork means on the log scale. It is at the level that the"
                                + " test used: "
                                + NumberFormat.percent(result.policy().alpha())
                                + " in each direction, divided among the measurements (Holm); for SAME it is the 90 %"
                                + " interval. So it excludes 1 exactly where the change is statistically significant.",
                        "A change has to be both statistically significant and at least the threshold of "
                                + NumberFormat.percent(result.policy().threshold())
                                + ". See docs/guide/compare-and-gate.md."));
    }

    /** The files, the verdict and the counts. */
    public static String message(Input.Comparison comparison) {
        return comparison.after().label() + " compared with "
                + comparison.before().label() + ". "
                + new GateReport(decide(comparison.before(), comparison.after())).headline();
    }

    /** The names that the rest of the page uses. */
    private static List<String> names(GateResult result, List<Measured> measured) {
        Map<Identity, String> subjects = new HashMap<>();
        measured.forEach(one -> subjects.putIfAbsent(Identity.of(one.entry()), one.subject()));
        List<String> otherwise = new GateReport(result).names();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < otherwise.size(); i++) {
            Measurement one = result.measurements().get(i);
            String name = subjects.getOrDefault(one.identity(), otherwise.get(i));
            names.add(names.contains(name) ? otherwise.get(i) : name);
        }
        return names;
    }

    private static Chart chart(String message, GateResult result, List<String> names, List<Integer> drawn) {
        double threshold = result.policy().threshold();
        IntervalChart chart = new IntervalChart(ID, TITLE, "after / before (above 1 is better)", "")
                .aroundOne()
                .intervals(INTERVAL)
                .colours(COLOURS)
                .limit(1, "no change")
                .limit(1 + threshold, "threshold, better")
                .limit(1 / (1 + threshold), "threshold, worse");
        for (int i : drawn) {
            Measurement one = result.measurements().get(i);
            chart.add(
                    names.get(i),
                    one.verdict().name(),
                    names.get(i) + ", " + one.verdict(),
                    one.ratio().estimate(),
                    one.ratio().low(),
                    one.ratio().high(),
                    Math.min(one.baselineForks(), one.currentForks()),
                    one.metric() + " after / before",
                    one.reason());
        }
        return chart.build(message);
    }

    private static DataTable table(GateResult result, List<String> names) {
        DataTable.Builder table = new DataTable.Builder()
                .text("measurement")
                .text("metric")
                .number("before", "")
                .number("after", "")
                .number("ratio", "")
                .number("low", "")
                .number("high", "")
                .text("verdict")
                .number("forks before", "")
                .number("forks after", "")
                .text("reason")
                .text("warnings");
        for (int i = 0; i < names.size(); i++) {
            Measurement one = result.measurements().get(i);
            table.row()
                    .add(names.get(i))
                    .add(one.metric() + (one.unit().isEmpty() ? "" : " (" + Unit.inWords(one.unit()) + ")"))
                    .add(one.baseline())
                    .add(one.current())
                    .add(one.ratio().estimate())
                    .add(one.ratio().low())
                    .add(one.ratio().high())
                    .add(one.verdict().name())
                    .add(one.baselineForks())
                    .add(one.currentForks())
                    .add(one.reason())
                    .add(String.join("; ", one.warnings()))
                    .end();
        }
        return table.build();
    }
}
