package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;
import org.mfujmh.results.Metric;
import org.mfujmh.schema.Direction;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/**
 * One metric of many measurements side by side: one row per measurement, one column per file, device, program, ...
 *
 * @param columns the column names
 * @param geomean of each column's ratios, over the rows that all columns have; NaN if there is none
 * @param shared how many rows that is
 * @param missing which columns lack how many measurements, as sentences
 * @param ofBestBatches whether each cell shows its column's best batch, which may differ between cells
 * @param differences how the conditions of the columns differ from the first column's, as sentences
 * @param reference of the ratios
 */
public record Matrix(
        MetricLabel metric,
        List<String> columns,
        List<MatrixRow> rows,
        List<Double> geomean,
        int shared,
        List<String> missing,
        boolean ofBestBatches,
        List<String> differences,
        Reference reference) {

    /** The reference of a row's ratios. */
    public enum Reference {
        FIRST,
        BEST
    }

    /**
     * @param identity of the row's first entry, without the parameters that its columns do not share
     * @param cells one per column, empty if the column has none
     * @param ratios to the first cell of the row, or to the best; above 1 is better; NaN if there is none
     */
    public record MatrixRow(Identity identity, List<Optional<Cell>> cells, List<Double> ratios) {
        /** Whether the row has at least two values to compare. */
        boolean isShared() {
            return values() > 1;
        }

        long values() {
            return cells.stream()
                    .filter(cell -> cell.filter(one -> Double.isFinite(one.value.estimate()))
                            .isPresent())
                    .count();
        }
    }

    /**
     * @param value the mean over forks with its 99 % interval
     * @param forks number of forks
     */
    public record Cell(Entry entry, Interval value, String unit, int forks) {
        /** The parameter {@code batchSize}; empty if there is none. */
        public String batch() {
            return entry.params().getOrDefault(Grid.BATCH, "");
        }
    }

    /** The rows to show: all, or with best batches only those that at least two columns have, if any. */
    public List<MatrixRow> shown() {
        if (!ofBestBatches) {
            return rows;
        }
        List<MatrixRow> several = rows.stream().filter(MatrixRow::isShared).toList();
        return several.isEmpty() ? rows.stream().filter(row -> row.values() > 0).toList() : several;
    }

    /** The columns to show: all, or with best batches only those with a value in a shown row. */
    public List<Integer> shownColumns() {
        List<MatrixRow> shown = shown();
        return IntStream.range(0, columns.size())
                .filter(i -> !ofBestBatches
                        || shown.stream().anyMatch(row -> row.cells.get(i).isPresent()))
                .boxed()
                .toList();
    }

    /** The other rows, which only one column has. */
    public List<MatrixRow> folded() {
        List<MatrixRow> shown = shown();
        return rows.stream().filter(row -> !shown.contains(row)).toList();
    }

    /** The matrix of one metric of a grid. */
    static Matrix of(MetricLabel metric, Grid grid, Reference reference, Optional<Direction> direction) {
        metric.requireIn(grid.entries());
        List<MatrixRow> rows = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Grid.GridLine line : grid.lines()) {
            List<Optional<Cell>> cells = cells(metric, line.entries());
            if (cells.stream().anyMatch(Optional::isPresent)) {
                rows.add(new MatrixRow(
                        line.identity(), cells, ratios(metric, cells, reference, direction, grid.isOfBestBatches())));
            }
        }
        List<MatrixRow> several = rows.stream().filter(MatrixRow::isShared).toList();
        List<MatrixRow> needed = grid.isOfBestBatches() && !several.isEmpty() ? several : rows;
        for (int i = 0; i < grid.columns().size(); i++) {
            int column = i;
            long lacking = needed.stream()
                    .filter(row -> row.cells.get(column).isEmpty())
                    .count();
            boolean folded = grid.isOfBestBatches() && lacking == needed.size();
            if (lacking > 0 && !folded) {
                String what = needed == rows ? " measurements." : " that several columns have.";
                missing.add(grid.columns().get(column) + " lacks " + lacking + " of " + needed.size() + what);
            }
        }
        long severalPeaks =
                rows.stream().filter(row -> isOfSeveralPeaks(metric, row.cells)).count();
        if (severalPeaks > 0) {
            missing.add(severalPeaks + (severalPeaks == 1 ? " row has" : " rows have")
                    + " shares of different peaks of one device, which have no ratio.");
        }
        List<MatrixRow> whole = rows.stream()
                .filter(row -> row.ratios.stream().noneMatch(ratio -> Double.isNaN(ratio)))
                .toList();
        List<MatrixRow> shared = whole.stream()
                .filter(row -> row.ratios.stream().allMatch(ratio -> ratio > 0 && Double.isFinite(ratio)))
                .toList();
        if (shared.size() < whole.size()) {
            int zeros = whole.size() - shared.size();
            missing.add(zeros + (zeros == 1 ? " row is" : " rows are")
                    + " zero in some columns but not in others, and left out of the geometric mean.");
        }
        return new Matrix(
                metric,
                grid.columns(),
                rows,
                geomean(shared, grid.columns().size()),
                shared.size(),
                missing,
                grid.isOfBestBatches(),
                grid.differences(),
                reference);
    }

    /** All in the unit of the first, if their units can be converted. */
    private static List<Optional<Cell>> cells(MetricLabel label, List<Optional<Entry>> entries) {
        Optional<String> unit = entries.stream()
                .flatMap(entry -> entry.flatMap(label::of).stream())
                .map(Metric::unit)
                .findFirst();
        return entries.stream()
                .map(entry -> entry.flatMap(one -> label.of(one)
                        .map(metric -> cell(one, metric.in(unit.orElseThrow()).orElse(metric)))))
                .toList();
    }

    private static Cell cell(Entry entry, Metric metric) {
        Sample forks = Sample.ofForks(metric);
        return new Cell(entry, forks.meanInterval(), metric.unit(), forks.size());
    }

    private static List<Double> ratios(
            MetricLabel metric,
            List<Optional<Cell>> cells,
            Reference reference,
            Optional<Direction> asked,
            boolean ofBestBatches) {
        List<Cell> present = cells.stream().flatMap(Optional::stream).toList();
        Entry first = present.get(0).entry;
        Direction direction = metric.direction(first, asked);
        String unit = present.get(0).unit;
        List<Double> values = cells.stream()
                .map(cell -> cell.filter(one -> one.unit.equals(unit) && !isOfAnotherPeak(metric, first, one.entry))
                        .map(one -> one.value.estimate())
                        .orElse(Double.NaN))
                .toList();
        double to = reference == Reference.FIRST
                ? first(values, ofBestBatches)
                : values.stream()
                        .filter(Double::isFinite)
                        .max((a, b) -> Double.compare(direction.sign() * a, direction.sign() * b))
                        .orElse(Double.NaN);
        return values.stream().map(value -> Change.ratio(to, value, direction)).toList();
    }

    /** Whether two shares are of different peaks although one device in one precision has one peak. */
    private static boolean isOfAnotherPeak(MetricLabel metric, Entry first, Entry other) {
        return metric.isShareOfPeak()
                && first.property(RunProperty.DEVICE).equals(other.property(RunProperty.DEVICE))
                && Objects.equals(
                        first.params().get(PassParams.DTYPE), other.params().get(PassParams.DTYPE))
                && !Candidate.peak(first).equals(Candidate.peak(other));
    }

    private static boolean isOfSeveralPeaks(MetricLabel metric, List<Optional<Cell>> cells) {
        List<Entry> entries =
                cells.stream().flatMap(Optional::stream).map(Cell::entry).toList();
        return entries.stream().anyMatch(entry -> isOfAnotherPeak(metric, entries.get(0), entry));
    }

    /**
     * The value of the first column; across devices, which rarely share all measurements, of the first that has one.
     */
    private static double first(List<Double> values, boolean ofThoseThere) {
        return values.stream()
                .filter(value -> !ofThoseThere || Double.isFinite(value))
                .findFirst()
                .orElse(Double.NaN);
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
     * The change in a row with two columns that both have at least three forks, all above zero, and with ratios to the
     * first column.
     *
     * @return the ratio with its 99 % interval, without correction for multiple measurements, which the gate makes
     */
    public Optional<Interval> change(MatrixRow row, Optional<Direction> asked) {
        if (reference != Reference.FIRST
                || row.cells.size() != 2
                || row.ratios.stream().anyMatch(Objects::isNull)) {
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
                .flatMap(cell -> metric.of(cell.entry).flatMap(one -> one.in(cell.unit)))
                .map(Sample::ofForks)
                .filter(sample -> sample.size() >= Sample.FEWEST_FORKS && sample.isPositive());
    }
}
