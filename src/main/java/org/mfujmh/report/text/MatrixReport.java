package org.mfujmh.report.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.compare.Interval;
import org.mfujmh.compare.Matrix;
import org.mfujmh.results.Unit;
import org.mfujmh.schema.Direction;

/** Measurements side by side, for people: values with their uncertainty, ratios, and what is missing. */
public final class MatrixReport {
    private final Matrix matrix;
    private final Optional<Direction> direction;
    private final List<Matrix.MatrixRow> shown;
    private final RowNames names;

    /**
     * @param direction as given by the user; empty if the metric determines it
     */
    public MatrixReport(Matrix matrix, Optional<Direction> direction) {
        this.matrix = matrix;
        this.direction = direction;
        this.shown = matrix.shown();
        this.names = RowNames.of(shown.stream().map(Matrix.MatrixRow::identity).toList());
    }

    /** One row per cell with all digits, for CSV. */
    public Table figures() {
        List<Table.Column> columns = Stream.of(
                        "benchmark",
                        "params",
                        "metric",
                        "column",
                        "value",
                        "low",
                        "high",
                        "forks",
                        "unit",
                        "ratio",
                        "batch")
                .map(Table.Column::text)
                .toList();
        List<List<String>> rows = new ArrayList<>();
        for (Matrix.MatrixRow row : matrix.rows()) {
            for (int i = 0; i < matrix.columns().size(); i++) {
                if (row.cells().get(i).isPresent()) {
                    Matrix.Cell cell = row.cells().get(i).get();
                    rows.add(List.of(
                            row.identity().benchmark(),
                            RowNames.words(row.identity().params()),
                            matrix.metric().name(),
                            matrix.columns().get(i),
                            NumberFormat.exact(cell.value().estimate()),
                            NumberFormat.exact(cell.value().low()),
                            NumberFormat.exact(cell.value().high()),
                            Integer.toString(cell.forks()),
                            cell.unit(),
                            NumberFormat.exact(row.ratios().get(i)),
                            cell.batch()));
                }
            }
        }
        return new Table(columns, rows);
    }

    /** Values of each column, its ratios (except for the first) and, with two columns, the interval of the ratio to the first. */
    private Table table() {
        List<Table.Column> columns = new ArrayList<>(List.of(Table.Column.text("measurement")));
        for (int i : matrix.shownColumns()) {
            columns.add(Table.Column.number(matrix.columns().get(i)));
            if (hasRatios(i)) {
                columns.add(Table.Column.number("ratio"));
            }
        }
        if (isPair()) {
            columns.add(Table.Column.number(Interval.TITLE));
        }
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < shown.size(); row++) {
            rows.add(cells(shown.get(row), names.names().get(row)));
        }
        if (matrix.columns().size() > 1 && matrix.shared() > 1) {
            rows.add(geomean());
        }
        return new Table(columns, rows);
    }

    /** The first column has ratios only if the reference is the best. */
    private boolean hasRatios(int column) {
        return column > 0
                || (matrix.columns().size() > 1
                        && shown.stream().anyMatch(row -> row.ratios().get(0) < 1));
    }

    private boolean isPair() {
        return matrix.reference() == Matrix.Reference.FIRST
                && matrix.columns().size() == 2
                && matrix.shownColumns().size() == 2;
    }

    private List<String> cells(Matrix.MatrixRow row, String name) {
        List<String> cells = new ArrayList<>(List.of(name));
        for (int i : matrix.shownColumns()) {
            cells.add(row.cells().get(i).map(this::value).orElse("-"));
            if (hasRatios(i)) {
                cells.add(NumberFormat.ratio(row.ratios().get(i)));
            }
        }
        if (isPair()) {
            cells.add(matrix.change(row, direction)
                    .map(change -> NumberFormat.range(change.low(), change.high()))
                    .orElse("-"));
        }
        return cells;
    }

    private String value(Matrix.Cell cell) {
        Interval value = cell.value();
        String noise = noise(value);
        String unit = commonUnit().isPresent() ? "" : " " + Unit.inWords(cell.unit());
        String batch = matrix.ofBestBatches() && !cell.batch().isEmpty() ? " (batch " + cell.batch() + ")" : "";
        return Double.isFinite(value.estimate())
                ? NumberFormat.of(value.estimate(), cell.unit()) + unit + noise + batch
                : "-";
    }

    /** The half-width of the interval in per cent of the value; absolute if the value is zero. */
    private static String noise(Interval value) {
        if (!value.isKnown() || (value.halfWidth() == 0 && value.estimate() == 0)) {
            return "";
        }
        return Double.isFinite(value.relativeHalfWidth())
                ? String.format(Locale.ROOT, " +-%.1f %%", 100 * value.relativeHalfWidth())
                : " +-" + NumberFormat.of(value.halfWidth(), "");
    }

    /** The unit of all cells, if they share one. */
    private Optional<String> commonUnit() {
        List<String> units = matrix.rows().stream()
                .flatMap(row -> row.cells().stream())
                .flatMap(cell -> cell.map(Matrix.Cell::unit).stream())
                .distinct()
                .toList();
        return units.size() == 1 ? Optional.of(units.get(0)) : Optional.empty();
    }

    private List<String> geomean() {
        List<String> cells = new ArrayList<>(List.of("geometric mean of " + matrix.shared()));
        for (int i : matrix.shownColumns()) {
            cells.add("");
            if (hasRatios(i)) {
                cells.add(NumberFormat.ratio(matrix.geomean().get(i)));
            }
        }
        if (isPair()) {
            cells.add("");
        }
        return cells;
    }

    /**
     * @param last whether to add the notes that apply to all metrics of a grid, which follow the last one only
     */
    public String toText(boolean last) {
        return PrintedText.plain(title()) + "\n\n" + table().toText() + notes(last, PrintedText::plain, "");
    }

    /** @param last as for {@link #toText} */
    public String toMarkdown(boolean last) {
        return "### " + PrintedText.markdown(title()) + "\n\n" + table().toMarkdown()
                + notes(last, PrintedText::markdown, "- ");
    }

    private String title() {
        return matrix.metric().name()
                + commonUnit().map(unit -> " (" + Unit.inWords(unit) + ")").orElse("")
                + (names.common().isEmpty() ? "" : ", " + names.common());
    }

    /** One line per column with the measurements that only it has. */
    private List<String> folded() {
        List<Matrix.MatrixRow> folded = matrix.folded();
        RowNames folds =
                RowNames.of(folded.stream().map(Matrix.MatrixRow::identity).toList());
        List<String> lines = new ArrayList<>();
        for (int column = 0; column < matrix.columns().size(); column++) {
            List<String> own = new ArrayList<>();
            for (int i = 0; i < folded.size(); i++) {
                String name = folds.names().get(i);
                folded.get(i)
                        .cells()
                        .get(column)
                        .map(this::value)
                        .filter(value -> !value.equals("-"))
                        .ifPresent(value -> own.add(name + " " + value));
            }
            if (!own.isEmpty()) {
                lines.add("Only " + matrix.columns().get(column) + " has: " + String.join("; ", own) + ".");
            }
        }
        return lines;
    }

    private String notes(boolean last, UnaryOperator<String> escape, String bullet) {
        List<String> lines = new ArrayList<>(folded());
        lines.addAll(matrix.missing());
        long single = matrix.rows().stream()
                .flatMap(row -> row.cells().stream())
                .flatMap(Optional::stream)
                .filter(cell ->
                        !cell.value().isKnown() && Double.isFinite(cell.value().estimate()))
                .count();
        if (single > 0) {
            lines.add(single + (single == 1 ? " value has" : " values have")
                    + " no interval: it takes at least three forks.");
        }
        if (last) {
            lines.addAll(matrix.differences());
            if (matrix.ofBestBatches()) {
                lines.add("Each device is shown at the batch with the most tokens/s; --exact compares equal batches "
                        + "only. Ratios are relative to the first device that has the row, or to the best.");
            }
            lines.add("Values are means over forks with their " + Interval.TITLE + "; ratios above 1 are better.");
        }
        return lines.stream()
                .map(line -> bullet + escape.apply(line) + "\n")
                .collect(Collectors.joining("", lines.isEmpty() ? "" : "\n", ""));
    }
}
