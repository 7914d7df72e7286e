package org.mfujmh.report.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.mfujmh.compare.History;
import org.mfujmh.compare.Interval;
import org.mfujmh.results.Unit;

/** Measurements over time, for people: one row per file, with a mark where the level changed. */
public final class HistoryReport {
    private static final int BAR = 24;
    private static final int MOST_CONDITIONS = 20;

    private final List<History> histories;
    private final RowNames names;
    private final String order;

    /**
     * @param order a sentence about how the files are ordered
     */
    public HistoryReport(List<History> histories, String order) {
        this.histories = histories;
        this.order = order;
        this.names = RowNames.of(histories.stream().map(History::identity).toList());
    }

    /** One row per point with all digits, for CSV. */
    public Table figures() {
        List<Table.Column> columns = Stream.of(
                        "benchmark", "params", "metric", "unit", "file", "value", "low", "high", "forks", "change")
                .map(Table.Column::text)
                .toList();
        List<List<String>> rows = new ArrayList<>();
        for (History history : histories) {
            for (int i = 0; i < history.points().size(); i++) {
                History.HistoryPoint point = history.points().get(i);
                rows.add(List.of(
                        history.identity().benchmark(),
                        RowNames.words(history.identity().params()),
                        history.metric().name(),
                        history.unit(),
                        point.file(),
                        NumberFormat.exact(point.value().estimate()),
                        NumberFormat.exact(point.value().low()),
                        NumberFormat.exact(point.value().high()),
                        Integer.toString(point.forks()),
                        changeAt(history, i)
                                .map(change -> NumberFormat.exact(change.ratio()))
                                .orElse("")));
            }
        }
        return new Table(columns, rows);
    }

    private static List<Table.Column> columns() {
        return List.of(
                Table.Column.text("file"),
                Table.Column.number("value"),
                Table.Column.number(Interval.TITLE),
                Table.Column.number("forks"),
                Table.Column.text("change"));
    }

    private static List<List<String>> rows(History history) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < history.points().size(); i++) {
            History.HistoryPoint point = history.points().get(i);
            Interval value = point.value();
            rows.add(List.of(
                    point.file(),
                    NumberFormat.of(value.estimate(), history.unit()),
                    value.isKnown()
                            ? NumberFormat.of(value.low(), history.unit()) + " .. "
                                    + NumberFormat.of(value.high(), history.unit())
                            : "-",
                    Integer.toString(point.forks()),
                    changeAt(history, i).map(HistoryReport::size).orElse("")));
        }
        return rows;
    }

    private static Optional<History.LevelChange> changeAt(History history, int point) {
        return history.changes().stream().filter(change -> change.at() == point).findFirst();
    }

    /** The size of a change in per cent, or just its direction from or to zero. */
    private static String size(History.LevelChange change) {
        if (isToOrFromZero(change)) {
            return change.ratio() < 1 ? "worse" : "better";
        }
        return NumberFormat.change(change.ratio());
    }

    private static boolean isToOrFromZero(History.LevelChange change) {
        return change.before() == 0 || change.after() == 0;
    }

    public String toText() {
        return blocks(PrintedText::plain, "", Table::toText, true);
    }

    public String toMarkdown() {
        return blocks(PrintedText::markdown, "### ", Table::toMarkdown, false);
    }

    private String blocks(
            UnaryOperator<String> escape, String heading, Function<Table, String> draw, boolean withBars) {
        StringBuilder text = new StringBuilder();
        text.append(escape.apply(order)).append("\n\n");
        if (!names.common().isEmpty()) {
            text.append(escape.apply(names.common())).append("\n\n");
        }
        for (int i = 0; i < histories.size(); i++) {
            History history = histories.get(i);
            String title =
                    names.names().get(i) + ", " + history.metric().name() + " in " + Unit.inWords(history.unit());
            text.append(heading).append(escape.apply(title)).append("\n\n");
            text.append(draw.apply(withBars ? withBars(history) : new Table(columns(), rows(history))));
            text.append('\n').append(escape.apply(summary(history))).append("\n\n");
            history.choices()
                    .forEach(choice -> text.append(escape.apply("Compared though chosen differently: " + choice + "."))
                            .append("\n\n"));
            if (!history.conditions().isEmpty()) {
                text.append(escape.apply("Measured under other conditions than the run before:"))
                        .append("\n\n");
                history.conditions().stream().limit(MOST_CONDITIONS).forEach(one -> text.append("- ")
                        .append(escape.apply(one))
                        .append('\n'));
                int more = history.conditions().size() - MOST_CONDITIONS;
                text.append(more > 0 ? "- and " + more + " more\n\n" : "\n");
            }
        }
        return text.toString();
    }

    /** Adds a bar to each row, from zero to the largest value. */
    private static Table withBars(History history) {
        double largest = history.points().stream()
                .mapToDouble(point -> point.value().estimate())
                .filter(Double::isFinite)
                .max()
                .orElse(Double.NaN);
        List<List<String>> rows = new ArrayList<>();
        List<List<String>> plain = rows(history);
        for (int i = 0; i < plain.size(); i++) {
            double share = history.points().get(i).value().estimate() / largest;
            List<String> row = new ArrayList<>(plain.get(i));
            row.add(share > 0 && share <= 1 ? "#".repeat((int) Math.round(BAR * share)) : "");
            rows.add(row);
        }
        List<Table.Column> columns = new ArrayList<>(columns());
        columns.add(Table.Column.text(""));
        return new Table(columns, rows);
    }

    private static String summary(History history) {
        long runs = history.points().stream()
                .filter(point -> Double.isFinite(point.value().estimate()))
                .count();
        if (runs < History.FEWEST_RUNS) {
            return "No change can be detected in fewer than " + History.FEWEST_RUNS + " runs, and there "
                    + (runs == 1 ? "is 1." : "are " + runs + ".");
        }
        if (history.changes().isEmpty()) {
            String last = runs < History.FEWEST_RUNS_FOR_THE_LAST_TWO
                    ? "; one in the last two is detected in " + History.FEWEST_RUNS_FOR_THE_LAST_TWO + " runs or more."
                    : ".";
            return "No change of level in " + runs + " runs" + last;
        }
        List<String> sentences = new ArrayList<>();
        for (History.LevelChange change : history.changes()) {
            sentences.add(String.format(
                    Locale.ROOT,
                    "%s at %s: %s -> %s.",
                    (change.ratio() < 1 ? "Worse" : "Better")
                            + (isToOrFromZero(change)
                                    ? ""
                                    : " by " + size(change).replaceAll("[+-]", "")),
                    history.points().get(change.at()).file(),
                    NumberFormat.of(change.before(), history.unit()),
                    NumberFormat.of(change.after(), history.unit())));
        }
        return String.join(" ", sentences);
    }
}
