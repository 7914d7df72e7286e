package org.mfujmh.results;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mfujmh.BadInput;
import org.mfujmh.schema.MetricId;

/**
 * Parses the entries of a JMH JSON array token by token, so that a file of hundreds of megabytes is never a tree in
 * memory. One parser holds one entry at a time.
 */
final class EntryParser {
    // Duplicate names are rejected, since it would be unclear which value counts.
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final Set<String> WHOLE_NUMBERS = Set.of(
            "threads", "forks", "warmupIterations", "measurementIterations", "warmupBatchSize", "measurementBatchSize");

    final Map<String, String> fields = new LinkedHashMap<>();
    final SortedMap<String, String> params = new TreeMap<>();
    final List<String> jvmArgs = new ArrayList<>();
    final Map<String, Metric> secondary = new LinkedHashMap<>();
    Metric primary;

    private final String origin;
    private final JsonParser parser;

    private EntryParser(String origin, JsonParser parser) {
        this.origin = origin;
        this.parser = parser;
    }

    /**
     * @param file the name of the file in messages
     * @param bytes JSON in UTF-8
     * @throws BadInput if it is not a JSON array of JMH results, or is empty
     */
    static List<Entry> parseAll(String file, byte[] bytes) {
        if (new String(bytes, 0, Math.min(bytes.length, 64), StandardCharsets.UTF_8).isBlank()) {
            throw new BadInput(file + " is empty.");
        }
        if (bytes.length > 1 && (bytes[0] == 0 || bytes[1] == 0)) {
            throw new BadInput(file + " is not UTF-8 text, so it is not a JMH result file.");
        }
        List<Entry> entries = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(bytes)) {
            requireArray(file, parser);
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                String origin = file + ", entry " + (entries.size() + 1);
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    throw new BadInput(origin + " is " + kind(parser) + ", but must be an object.");
                }
                int start = (int) parser.currentTokenLocation().getByteOffset();
                EntryParser entry = new EntryParser(origin, parser);
                entry.read();
                int end = (int) parser.currentLocation().getByteOffset();
                entries.add(new Entry(origin, new JsonSlice(bytes, start, end), entry));
            }
            if (parser.nextToken() != null) {
                throw new BadInput(file + " has content after the end of its array, at line "
                        + parser.currentTokenLocation().getLineNr() + ": it is not a single JMH result file.");
            }
        } catch (JsonEOFException e) {
            throw new BadInput(
                    file + " ends in the middle of entry " + (entries.size() + 1) + ": it is truncated, perhaps "
                            + "because the run was killed while writing.",
                    e);
        } catch (JsonProcessingException e) {
            throw new BadInput(
                    file + " is not valid JMH JSON, at " + place(e) + " (entry " + (entries.size() + 1) + "): "
                            + PlainText.of(e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (entries.isEmpty()) {
            throw new BadInput(file + " is an empty array: it has no results.");
        }
        return List.copyOf(entries);
    }

    private static void requireArray(String file, JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw new BadInput(file + " contains " + kind(parser) + ", but JMH's JSON is an array of results. (JMH "
                    + "writes it with -rf json.)");
        }
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null
                ? "an unknown position"
                : "line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
    }

    private static String kind(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            default -> "a number";
        };
    }

    private void read() throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "params" -> readParams(value);
                case "jvmArgs" -> readJvmArgs(value);
                case "primaryMetric" -> primary = new MetricParser(origin + ": primaryMetric", parser).read();
                case "secondaryMetrics" -> readSecondary(value);
                default -> readField(name, value);
            }
        }
        weighShares();
        for (String needed : List.of("benchmark", "mode")) {
            if (!fields.containsKey(needed)) {
                throw new BadInput(origin + " has no \"" + needed + "\": it is not a JMH result.");
            }
        }
        if (primary == null) {
            throw new BadInput(origin + " (" + PlainText.of(fields.get("benchmark"))
                    + ") has no \"primaryMetric\": it is not a JMH result.");
        }
    }

    private void weighShares() {
        for (MetricId share : MetricId.values()) {
            share.denominator()
                    .map(denominator -> secondary.get(denominator.label()))
                    .ifPresent(denominator -> secondary.computeIfPresent(
                            share.label(), (label, metric) -> metric.weightedBy(denominator)));
        }
    }

    private void readField(String name, JsonToken value) throws IOException {
        if (value.isStructStart()) {
            parser.skipChildren();
        } else if (value != JsonToken.VALUE_NULL) {
            fields.put(name, parser.getText());
        }
        boolean text = name.equals("benchmark") || name.equals("mode");
        if (text && value != JsonToken.VALUE_STRING) {
            throw new BadInput(origin + ": \"" + name + "\" is " + kind(parser) + ", but must be a string.");
        }
        if (WHOLE_NUMBERS.contains(name) && value != JsonToken.VALUE_NULL && !isWholeNumber(value)) {
            throw new BadInput(
                    origin + ": \"" + name + "\" is " + kind(parser) + ", but must be a whole number of 0 or more.");
        }
    }

    private boolean isWholeNumber(JsonToken value) throws IOException {
        return value == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() == JsonParser.NumberType.INT
                && parser.getIntValue() >= 0;
    }

    private void readParams(JsonToken value) throws IOException {
        expect(value, JsonToken.START_OBJECT, "params", "an object");
        while (value != JsonToken.VALUE_NULL && parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (parser.nextToken().isStructStart()) {
                throw new BadInput(origin + ": the parameter \"" + PlainText.of(name) + "\" is " + kind(parser)
                        + ", but must be a string.");
            }
            params.put(name, parser.getText());
        }
    }

    private void readJvmArgs(JsonToken value) throws IOException {
        expect(value, JsonToken.START_ARRAY, "jvmArgs", "an array");
        while (value != JsonToken.VALUE_NULL && parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw new BadInput(origin + ": \"jvmArgs\" contains " + kind(parser) + ", but must contain strings.");
            }
            jvmArgs.add(parser.getText());
        }
    }

    private void readSecondary(JsonToken value) throws IOException {
        expect(value, JsonToken.START_OBJECT, "secondaryMetrics", "an object");
        while (value != JsonToken.VALUE_NULL && parser.nextToken() == JsonToken.FIELD_NAME) {
            String label = parser.currentName();
            parser.nextToken();
            Metric metric = new MetricParser(origin + ": " + PlainText.of(label), parser).read();
            if (secondary.putIfAbsent(Entry.label(label), metric) != null) {
                secondary.put(label, metric);
            }
        }
    }

    private void expect(JsonToken value, JsonToken expected, String name, String inWords) {
        if (value != expected && value != JsonToken.VALUE_NULL) {
            throw new BadInput(origin + ": \"" + name + "\" is " + kind(parser) + ", but must be " + inWords + ".");
        }
    }
}
