package org.mfujmh.report.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mfujmh.compare.GateResult;
import org.mfujmh.compare.Measurement;
import org.mfujmh.compare.Verdict;
import org.mfujmh.results.Unit;

/** The gate's result for people: one row per measurement, followed by all reasons and warnings. */
public final class GateReport {
    private final GateResult result;
    private final List<Measurement> measurements;
    private final RowNames names;

    public GateReport(GateResult result) {
        this.result = result;
        this.measurements = result.measurements();
        this.names =
                RowNames.of(measurements.stream().map(Measurement::identity).toList());
    }

    /** The names in the report, one per measurement. */
    public List<String> names() {
        return names.names();
    }

    /** All figures with all digits, for CSV. */
    public Table figures() {
        List<Table.Column> columns = Stream.of(
                        "benchmark",
                        "params",
                        "metric",
                        "unit",
                        "baseline",
                        "current",
                        "ratio",
                        "low",
                        "high",
                        "verdict",
                        "baseline_forks",
                        "current_forks",
                        "rank_p",
                        "reason",
                        "warnings")
                .map(Table.Column::text)
                .toList();
        List<List<String>> rows = measurements.stream()
                .map(one -> List.of(
                        one.benchmark(),
                        RowNames.words(one.params()),
                        one.metric(),
                        one.unit(),
                        NumberFormat.exact(one.baseline()),
                        NumberFormat.exact(one.current()),
                        NumberFormat.exact(one.ratio().estimate()),
                        NumberFormat.exact(one.ratio().low()),
                        NumberFormat.exact(one.ratio().high()),
                        one.verdict().name(),
                        Integer.toString(one.baselineForks()),
                        Integer.toString(one.currentForks()),
                        NumberFormat.exact(one.rankP()),
                        one.reason(),
                        String.join("; ", one.warnings())))
                .toList();
        return new Table(columns, rows);
    }

    private Table table() {
        return new Table(
                columns(),
                IntStream.range(0, measurements.size()).mapToObj(this::row).toList());
    }

    private static List<Table.Column> columns() {
        return List.of(
                Table.Column.text("measurement"),
                Table.Column.text("metric"),
                Table.Column.number("before"),
                Table.Column.number("after"),
                Table.Column.number("ratio"),
                Table.Column.number("interval"),
                Table.Column.text("verdict"));
    }

    private List<String> row(int i) {
        Measurement one = measurements.get(i);
        return List.of(
                names.names().get(i),
                one.metric() + (one.unit().isEmpty() ? "" : " (" + Unit.inWords(one.unit()) + ")"),
                NumberFormat.of(one.baseline(), one.unit()),
                NumberFormat.of(one.current(), one.unit()),
                NumberFormat.ratio(one.ratio().estimate()),
                NumberFormat.range(one.ratio().low(), one.ratio().high()),
                one.verdict().name());
    }

    private static String p(double p) {
        return Double.isNaN(p) ? "-" : String.format(Locale.ROOT, "%.3f", p);
    }

    /** The report for a terminal. */
    public String toText() {
        String table = measurements.isEmpty() ? "" : table().toText() + "\n";
        return table + lines(PrintedText::plain, "  ");
    }

    /** The report for a pull request or a job summary. */
    public String toMarkdown() {
        String heading = "## Performance gate: " + headline() + "\n\n";
        return heading
                + (measurements.isEmpty() ? "" : table().toMarkdown() + "\n")
                + lines(PrintedText::markdown, "- ");
    }

    private String lines(UnaryOperator<String> escape, String bullet) {
        Map<String, List<String>> sections = new LinkedHashMap<>();
        sections.put("Common to all rows", names.common().isEmpty() ? List.of() : List.of(names.common()));
        sections.put("Reasons", details());
        sections.put("Conditions that differ", result.differences());
        sections.put("Warnings", result.warnings());
        StringBuilder text = new StringBuilder();
        sections.forEach((title, lines) -> {
            if (!lines.isEmpty()) {
                text.append(title).append(":\n");
                lines.forEach(
                        line -> text.append(bullet).append(escape.apply(line)).append('\n'));
                text.append('\n');
            }
        });
        return text.append(escape.apply(headline())).append('\n').toString();
    }

    /** One line for every verdict except SAME, and one for every warning. */
    private List<String> details() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < measurements.size(); i++) {
            Measurement one = measurements.get(i);
            String name = names.names().get(i) + ", " + one.metric() + ": ";
            if (one.verdict() != Verdict.SAME) {
                String rank = one.isTested() ? " (rank test: p " + p(one.rankP()) + ")" : "";
                lines.add(name + one.verdict() + ", " + one.reason() + rank);
            }
            one.raw()
                    .ifPresent(raw -> lines.add(name + "raw " + raw.metric() + " "
                            + NumberFormat.of(raw.baseline(), raw.unit()) + " -> "
                            + NumberFormat.of(raw.current(), raw.unit())
                            + " (" + NumberFormat.change(raw.ratio()) + ")"));
            one.warnings().forEach(warning -> lines.add(name + warning));
        }
        return lines;
    }

    /** One line: the verdict and the counts. */
    public String headline() {
        Map<Verdict, Long> counts = measurements.stream()
                .collect(Collectors.groupingBy(Measurement::verdict, java.util.TreeMap::new, Collectors.counting()));
        String listed = counts.entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey())
                .collect(Collectors.joining(", "));
        long tested = measurements.stream().filter(Measurement::isTested).count();
        if (tested == 0 && result.isAnythingCompared()) {
            return result.verdict() + ": " + listed + "; nothing was tested, too few forks.";
        }
        if (tested == 0) {
            return result.verdict() + ": nothing could be compared"
                    + (measurements.isEmpty() ? "." : " (" + listed + ").");
        }
        return String.format(
                Locale.ROOT,
                "%s: %s. Ratios above 1 are better; threshold %s, %d tested together at %s per direction%s.",
                result.verdict(),
                listed,
                NumberFormat.percent(result.policy().threshold()),
                tested,
                NumberFormat.percent(result.policy().alpha()),
                result.policy().certain() ? ", with the whole interval beyond the threshold" : "");
    }
}
