package org.mfujmh.report.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.compare.Direction;
import org.mfujmh.compare.Interval;
import org.mfujmh.compare.Matrix;

/** Measurements side by side, for people: values with their noise, ratios, and what is missing. */
public final class MatrixReport {
    private final Matrix matrix;
    private final Optional<Direction> direction;
    private final RowNames names;

    /** @param direction as the user gave it; empty where the metric says it itself */
    public MatrixReport(Matrix matrix, Optional<Direction> direction) {
        this.matrix = matrix;
        this.direction = direction;
        this.names = RowNames.of(
                matrix.rows().stream().map(Matrix.MatrixRow::identity).toList());
    }

    /** A line a cell with all its digits, for a program: what CSV is. */
    public Table figures() {
        List<Table.Column> columns = Stream.of(
                        "benchmark", "params", "metric", "column", "value", "low", "high", "forks", "unit", "ratio")
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
                            NumberFormat.exact(row.ratios().get(i))));
                }
            }
        }
        return new Table(columns, rows);
    }

    /** A column for the values of each column, one for its ratios but for the first; with two, their interval. */
    private Table table() {
        List<Table.Column> columns = new ArrayList<>(List.of(Table.Column.text("measurement")));
        for (int i = 0; i < matrix.columns().size(); i++) {
            columns.add(Table.Column.number(matrix.columns().get(i)));
            if (hasRatios(i)) {
                columns.add(Table.Column.number("ratio"));
            }
        }
        if (isPair()) {
            columns.add(Table.Column.number("99 % interval"));
        }
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < matrix.rows().size(); row++) {
            rows.add(cells(matrix.rows().get(row), names.names().get(row)));
        }
        if (matrix.columns().size() > 1 && matrix.shared() > 1) {
            rows.add(geomean());
        }
        return new Table(columns, rows);
    }

    /** The first column has ratios only where they are to the best. */
    private boolean hasRatios(int column) {
        return column > 0
                || (matrix.columns().size() > 1
                        && matrix.rows().stream().anyMatch(row -> row.ratios().get(0) < 1));
    }

    private boolean isPair() {
        return matrix.columns().size() == 2;
    }

    private List<String> cells(Matrix.MatrixRow row, String name) {
        List<String> cells = new ArrayList<>(List.of(name));
        for (int i = 0; i < matrix.columns().size(); i++) {
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
        String noise = value.isKnown() ? String.format(Locale.ROOT, " +-%.1f %%", 100 * value.relativeHalfWidth()) : "";
        String unit = commonUnit().isPresent() ? "" : " " + cell.unit();
        return Double.isFinite(value.estimate()) ? NumberFormat.of(value.estimate(), cell.unit()) + unit + noise : "-";
    }

    /** Said once, where all cells have it. */
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
        for (int i = 0; i < matrix.columns().size(); i++) {
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

    /** @param last whether to say under it what goes for all metrics of one grid: where several follow, once */
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
                + commonUnit().map(unit -> " (" + unit + ")").orElse("")
                + (names.common().isEmpty() ? "" : ", " + names.common());
    }

    private String notes(boolean last, UnaryOperator<String> escape, String bullet) {
        List<String> lines = new ArrayList<>(matrix.missing());
        long single = matrix.rows().stream()
                .flatMap(row -> row.cells().stream())
                .flatMap(Optional::stream)
                .filter(cell ->
                        !cell.value().isKnown() && Double.isFinite(cell.value().estimate()))
                .count();
        if (single > 0) {
            lines.add(single + (single == 1 ? " value has" : " values have")
                    + " no interval: fewer than three forks stand behind "
                    + (single == 1 ? "it." : "them."));
        }
        if (last) {
            lines.addAll(matrix.differences());
            lines.add("Values are means over forks with their 99 % interval; ratios above 1 are better.");
        }
        return lines.stream()
                .map(line -> bullet + escape.apply(line) + "\n")
                .collect(Collectors.joining("", lines.isEmpty() ? "" : "\n", ""));
    }
}
