package org.mfujmh.results;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mfujmh.BadInput;

/** Parses one metric: JMH's {@code score}, {@code scoreUnit} and {@code rawData} or {@code rawDataHistogram}. */
final class MetricParser {
    private final String where;
    private final JsonParser parser;

    MetricParser(String where, JsonParser parser) {
        this.where = where;
        this.parser = parser;
    }

    Metric read() throws IOException {
        require(parser.currentToken() == JsonToken.START_OBJECT, "is not an object with a score");
        String unit = null;
        boolean scored = false;
        double score = Double.NaN;
        double[][] rawData = {};
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "score" -> {
                    score = number("score");
                    scored = true;
                }
                case "scoreUnit" -> {
                    require(value == JsonToken.VALUE_STRING, "has a \"scoreUnit\" that is not a string");
                    unit = parser.getText();
                }
                case "rawData" -> rawData = rows(name, false);
                case "rawDataHistogram" -> rawData = rows(name, true);
                default -> parser.skipChildren();
            }
        }
        require(scored, "has no \"score\"");
        require(unit != null, "has no \"scoreUnit\"");
        return new Metric(unit, score, rawData);
    }

    /** Forks by iterations; for a histogram, the mean of each iteration. */
    private double[][] rows(String name, boolean histogram) throws IOException {
        List<double[]> rows = new ArrayList<>();
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return new double[0][];
        }
        String shape = "has a \"" + name + "\" that is not one array per fork";
        require(parser.currentToken() == JsonToken.START_ARRAY, shape);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(parser.currentToken() == JsonToken.START_ARRAY, shape);
            Row row = new Row();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                row.add(histogram ? meanOfSamples() : number(name));
            }
            rows.add(row.values());
        }
        return rows.toArray(double[][]::new);
    }

    /** {@code [[value, count], ...]} of one iteration of JMH's sample mode. */
    private double meanOfSamples() throws IOException {
        String shape = "has a \"rawDataHistogram\" whose iterations are not lists of [value, count]";
        require(parser.currentToken() == JsonToken.START_ARRAY, shape);
        double sum = 0;
        double samples = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(parser.currentToken() == JsonToken.START_ARRAY, shape);
            require(parser.nextToken() != JsonToken.END_ARRAY, shape);
            double value = number("rawDataHistogram");
            require(parser.nextToken() != JsonToken.END_ARRAY, shape);
            double count = number("rawDataHistogram");
            require(parser.nextToken() == JsonToken.END_ARRAY, shape);
            sum += value * count;
            samples += count;
        }
        return sum / samples;
    }

    /** A number, or what JMH writes if there is none: {@code "NaN"}, {@code "+INF"}, {@code "-INF"}, {@code null}. */
    private double number(String name) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_NULL -> Double.NaN;
            case VALUE_STRING ->
                switch (parser.getText()) {
                    case "NaN" -> Double.NaN;
                    case "+INF", "Infinity" -> Double.POSITIVE_INFINITY;
                    case "-INF", "-Infinity" -> Double.NEGATIVE_INFINITY;
                    default ->
                        throw new BadInput(where + " has a \"" + name + "\" that is the string '"
                                + PlainText.of(parser.getText()) + "', not a number.");
                };
            default -> throw new BadInput(where + " has a \"" + name + "\" that is not a number.");
        };
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new BadInput(where + " " + otherwise + ": it is not a JMH result.");
        }
    }

    /** A growing list of unboxed doubles: files can have tens of millions. */
    private static final class Row {
        private double[] values = new double[8];
        private int size;

        void add(double value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }

        double[] values() {
            return Arrays.copyOf(values, size);
        }
    }
}
