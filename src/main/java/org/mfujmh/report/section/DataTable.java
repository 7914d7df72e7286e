package org.mfujmh.report.section;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.measured.MetricReading;
import org.mfujmh.report.text.NumberFormat;
import org.mfujmh.report.text.PrintedText;
import org.mfujmh.report.text.Table;

/**
 * The table below a chart. Numbers stay numbers, so that it can be sorted, and copied with nine digits.
 *
 * @param columns the column headings
 * @param rows one cell per column: a String, a Double, a Long, or null if empty
 */
public record DataTable(List<DataColumn> columns, List<List<Object>> rows) {
    private static final MathContext DIGITS = new MathContext(9);

    /**
     * @param unit the unit of a number, {@code share} for values shown in per cent, empty for a count, "text" for text
     */
    record DataColumn(String title, String unit) {
        static DataColumn text(String title) {
            return new DataColumn(title, "text");
        }

        static DataColumn number(String title, String unit) {
            return new DataColumn(title, unit);
        }

        boolean isText() {
            return unit.equals("text");
        }
    }

    /** Builds a table row by row. */
    static final class Builder {
        private final List<DataColumn> columns = new ArrayList<>();
        private final List<List<Object>> rows = new ArrayList<>();

        Builder text(String title) {
            columns.add(DataColumn.text(title));
            return this;
        }

        Builder number(String title, String unit) {
            columns.add(DataColumn.number(title, unit));
            return this;
        }

        /** Columns for a metric's value, both ends of its interval, and the number of forks. */
        Builder reading(String title, String unit) {
            return number(title, unit).number("low", unit).number("high", unit).number("forks", "");
        }

        Builder origin() {
            return text("file").number("entry", "");
        }

        DataRow row() {
            return new DataRow();
        }

        DataTable build() {
            return new DataTable(columns, rows);
        }

        /** Adds the cells of one row from left to right. */
        final class DataRow {
            private final List<Object> cells = new ArrayList<>();

            DataRow add(String text) {
                cells.add(PrintedText.plain(text));
                return this;
            }

            /** A whole number, or an empty cell. */
            DataRow add(OptionalInt whole) {
                return add(whole.isPresent() ? whole.getAsInt() : Double.NaN);
            }

            DataRow add(double number) {
                cells.add(Double.isFinite(number) ? number : null);
                return this;
            }

            DataRow add(Optional<MetricReading> reading) {
                add(reading.map(MetricReading::value).orElse(Double.NaN));
                add(reading.map(MetricReading::low).orElse(Double.NaN));
                add(reading.map(MetricReading::high).orElse(Double.NaN));
                return add(reading.map(one -> (double) one.forks()).orElse(Double.NaN));
            }

            DataRow origin(Measured measured) {
                return add(measured.file()).add(measured.number());
            }

            void end() {
                if (cells.size() != columns.size()) {
                    throw new IllegalStateException(cells + " under " + columns);
                }
                rows.add(cells);
            }
        }
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The compact form for the page: each text is stored once per column, and rows refer to it by index. */
    public ObjectNode toJson() {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        ObjectNode table = nodes.objectNode();
        ArrayNode head = table.putArray("columns");
        List<Map<String, Integer>> texts = new ArrayList<>();
        columns.forEach(column -> texts.add(new LinkedHashMap<>()));
        ArrayNode body = nodes.arrayNode();
        for (List<Object> row : rows) {
            ArrayNode cells = body.addArray();
            for (int i = 0; i < row.size(); i++) {
                Object cell = row.get(i);
                if (cell == null) {
                    cells.addNull();
                } else if (columns.get(i).isText()) {
                    Map<String, Integer> known = texts.get(i);
                    cells.add(known.computeIfAbsent((String) cell, text -> known.size()));
                } else {
                    cells.add(digits((Double) cell));
                }
            }
        }
        for (int i = 0; i < columns.size(); i++) {
            ObjectNode column = head.addObject();
            column.put("title", columns.get(i).title())
                    .put("unit", columns.get(i).unit());
            if (columns.get(i).isText()) {
                ArrayNode known = column.putArray("texts");
                texts.get(i).keySet().forEach(known::add);
            }
        }
        table.set("rows", body);
        return table;
    }

    /** A count keeps all digits. */
    private static BigDecimal digits(double number) {
        BigDecimal exact = new BigDecimal(number);
        return number == Math.rint(number) ? exact : exact.round(DIGITS).stripTrailingZeros();
    }

    /** The table as formatted text, for Markdown. */
    public Table toTable() {
        return new Table(
                columns.stream()
                        .map(column -> column.isText()
                                ? Table.Column.text(column.title())
                                : Table.Column.number(column.title()))
                        .toList(),
                rows.stream()
                        .map(row -> {
                            List<String> cells = new ArrayList<>();
                            for (int i = 0; i < row.size(); i++) {
                                cells.add(shown(row.get(i), columns.get(i)));
                            }
                            return cells;
                        })
                        .toList());
    }

    private static String shown(Object cell, DataColumn column) {
        if (cell == null) {
            return "-";
        }
        boolean count = column.unit().isEmpty() && cell instanceof Double number && number == Math.rint(number);
        if (count) {
            return String.format(Locale.ROOT, "%,.0f", (Double) cell);
        }
        return column.isText() ? (String) cell : NumberFormat.of((Double) cell, column.unit());
    }
}
