package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;

/**
 * One metric of many measurements, side by side: a row a measurement, a column a file, a device, a program, ...
 *
 * @param columns what they are called
 * @param geomean of each column's ratios, over the rows that all columns have; NaN where there is none
 * @param shared how many rows that is
 * @param missing which columns lack how much, as sentences
 * @param differences under which other conditions than the first the columns were measured, as sentences
 */
public record Matrix(
        MetricLabel metric,
        List<String> columns,
        List<MatrixRow> rows,
        List<Double> geomean,
        int shared,
        List<String> missing,
        List<String> differences) {

    /** To what a row's ratios are. */
    public enum Reference {
        FIRST,
        BEST
    }

    /**
     * @param identity of the row's first entry, less the parameters that its columns do not share
     * @param cells one a column, empty where that column has none
     * @param ratios to the first cell of the row, or to the best; above 1 is better; NaN where there is none
     */
    public record MatrixRow(Identity identity, List<Optional<Cell>> cells, List<Double> ratios) {}

    /**
     * @param value the mean over forks with its 99 % interval
     * @param forks how many
     */
    public record Cell(Entry entry, Interval value, String unit, int forks) {}

    /** Draws the grid up for one metric. */
    static Matrix of(MetricLabel metric, Grid grid, Reference reference, Optional<Direction> direction) {
        metric.requireIn(grid.entries());
        List<MatrixRow> rows = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Grid.GridLine line : grid.lines()) {
            List<Optional<Cell>> cells = line.entries().stream()
                    .map(entry -> entry.flatMap(one -> cell(metric, one)))
                    .toList();
            if (cells.stream().anyMatch(Optional::isPresent)) {
                rows.add(new MatrixRow(line.identity(), cells, ratios(metric, cells, reference, direction)));
            }
        }
        for (int i = 0; i < grid.columns().size(); i++) {
            int column = i;
            long lacking =
                    rows.stream().filter(row -> row.cells.get(column).isEmpty()).count();
            if (lacking > 0) {
                missing.add(grid.columns().get(column) + " lacks " + lacking + " of " + rows.size() + " measurements.");
            }
        }
        List<MatrixRow> shared = rows.stream()
                .filter(row -> row.ratios.stream().noneMatch(ratio -> Double.isNaN(ratio)))
                .toList();
        return new Matrix(
                metric,
                grid.columns(),
                rows,
                geomean(shared, grid.columns().size()),
                shared.size(),
                missing,
                grid.differences());
    }

    private static Optional<Cell> cell(MetricLabel label, Entry entry) {
        return label.of(entry).map(metric -> {
            Sample forks = Sample.ofForks(metric);
            return new Cell(entry, forks.meanInterval(0.99), metric.unit(), forks.size());
        });
    }

    private static List<Double> ratios(
            MetricLabel metric, List<Optional<Cell>> cells, Reference reference, Optional<Direction> asked) {
        List<Cell> present = cells.stream().flatMap(Optional::stream).toList();
        Direction direction = metric.direction(present.get(0).entry, asked);
        String unit = present.get(0).unit;
        List<Double> speeds = cells.stream()
                .map(cell -> cell.filter(one -> one.unit.equals(unit) && one.value.estimate() > 0)
                        .map(one -> Math.pow(one.value.estimate(), direction.sign()))
                        .orElse(Double.NaN))
                .toList();
        double to = reference == Reference.FIRST
                ? speeds.get(0)
                : speeds.stream()
                        .filter(speed -> !Double.isNaN(speed))
                        .max(Double::compare)
                        .orElse(Double.NaN);
        return speeds.stream().map(speed -> speed / to).toList();
    }

    private static List<Double> geomean(List<MatrixRow> rows, int columns) {
        return IntStream.range(0, columns)
                .mapToObj(i -> Math.exp(rows.stream()
                        .mapToDouble(row -> Math.log(row.ratios.get(i)))
                        .average()
                        .orElse(Double.NaN)))
                .toList();
    }

    /**
     * The change of a row of two columns, which both have three forks or more, all above zero.
     *
     * @return its ratio with the 99 % interval, on its own: for a verdict over many there is the gate
     */
    public Optional<Interval> change(MatrixRow row, Optional<Direction> asked) {
        if (row.cells.size() != 2 || row.ratios.stream().anyMatch(Objects::isNull)) {
            return Optional.empty();
        }
        Optional<Sample> before = sample(row, 0);
        Optional<Sample> after = sample(row, 1);
        if (before.isEmpty() || after.isEmpty() || Double.isNaN(row.ratios.get(1))) {
            return Optional.empty();
        }
        Direction direction = metric.direction(row.cells.get(0).orElseThrow().entry, asked);
        return Optional.of(Change.between(before.get(), after.get(), direction).ratioInterval(0.005));
    }

    private Optional<Sample> sample(MatrixRow row, int column) {
        return row.cells
                .get(column)
                .map(cell -> Sample.ofForks(metric.of(cell.entry).orElseThrow()))
                .filter(sample -> sample.size() >= Sample.FEWEST_FORKS && sample.isPositive());
    }
}
