package org.mfujmh.report.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * A table of text, rendered for a terminal, as Markdown or as CSV. Cells may come from untrusted files, so control
 * characters are shown as spaces.
 *
 * @param columns the column headings
 * @param rows the cells; each row has as many as there are columns
 */
public record Table(List<Column> columns, List<List<String>> rows) {

    /** The alignment of a column's cells. */
    public enum Align {
        LEFT,
        RIGHT
    }

    /** A column's heading and alignment: text to the left, numbers to the right. */
    public record Column(String title, Align align) {
        public static Column text(String title) {
            return new Column(title, Align.LEFT);
        }

        public static Column number(String title) {
            return new Column(title, Align.RIGHT);
        }
    }

    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "A row of " + row.size() + " cells under " + columns.size() + " columns: " + row);
            }
        }
    }

    /**
     * The rows of a machine-readable output, under the keys of the first.
     *
     * @param rows at least one; all with the same keys in the same order
     */
    static Table ofRows(List<Map<String, Object>> rows) {
        return new Table(
                rows.get(0).keySet().stream().map(Column::text).toList(),
                rows.stream()
                        .map(row -> row.values().stream()
                                .map(value -> value == null ? "" : String.valueOf(value))
                                .toList())
                        .toList());
    }

    /** Columns padded to their widest cell, separated by two spaces, with a rule below the headings. */
    public String toText() {
        List<Integer> widths = widths();
        List<String> lines = new ArrayList<>();
        lines.add(line(titles(), widths, "  "));
        lines.add(widths.stream().map("-"::repeat).collect(Collectors.joining("  ")));
        rows.forEach(row -> lines.add(line(row, widths, "  ")));
        return lines.stream().map(String::stripTrailing).collect(Collectors.joining("\n", "", "\n"));
    }

    /** A table in GitHub's Markdown; the cells are text, never markup. */
    public String toMarkdown() {
        List<Column> escapedColumns = columns.stream()
                .map(column -> new Column(PrintedText.markdown(column.title()), column.align()))
                .toList();
        List<List<String>> escapedRows = rows.stream()
                .map(row -> row.stream().map(PrintedText::markdown).toList())
                .toList();
        return new Table(escapedColumns, escapedRows).drawMarkdown();
    }

    private String drawMarkdown() {
        List<Integer> widths =
                widths().stream().map(width -> Math.max(width, 3)).toList();
        List<String> lines = new ArrayList<>();
        lines.add("| " + line(titles(), widths, " | ") + " |");
        lines.add(IntStream.range(0, columns.size())
                .mapToObj(i -> columns.get(i).align() == Align.RIGHT
                        ? "-".repeat(widths.get(i) - 1) + ":"
                        : "-".repeat(widths.get(i)))
                .collect(Collectors.joining(" | ", "| ", " |")));
        rows.forEach(row -> lines.add("| " + line(row, widths, " | ") + " |"));
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }

    /**
     * RFC 4180, with a heading row; cells that a spreadsheet would treat as a formula are prefixed with an apostrophe.
     */
    public String toCsv() {
        StringBuilder text = new StringBuilder();
        try (CSVPrinter printer = new CSVPrinter(
                text, CSVFormat.RFC4180.builder().setRecordSeparator("\n").get())) {
            printer.printRecord(titles());
            for (List<String> row : rows) {
                printer.printRecord(row.stream().map(Table::withoutFormula).toList());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private List<String> titles() {
        return columns.stream().map(Column::title).toList();
    }

    private List<Integer> widths() {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> Math.max(
                        width(columns.get(i).title()),
                        rows.stream().mapToInt(row -> width(row.get(i))).max().orElse(0)))
                .toList();
    }

    private String line(List<String> cells, List<Integer> widths, String separator) {
        return IntStream.range(0, cells.size())
                .mapToObj(i -> {
                    String cell = PrintedText.plain(cells.get(i));
                    String padding = " ".repeat(Math.max(0, widths.get(i) - width(cell)));
                    return columns.get(i).align() == Align.RIGHT ? padding + cell : cell + padding;
                })
                .collect(Collectors.joining(separator));
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    private static String withoutFormula(String text) {
        String cell = PrintedText.plain(text);
        boolean number = cell.matches("[+-]?[0-9.]+([eE][+-]?[0-9]+)?%?");
        return !number && cell.matches("(?s)[=+\\-@\\t\\r].*") ? "'" + cell : cell;
    }
}
