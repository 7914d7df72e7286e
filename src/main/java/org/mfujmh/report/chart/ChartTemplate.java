package org.mfujmh.report.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mfujmh.report.text.PrintedText;

/**
 * A Vega-Lite template under {@code charts/}: {@link #with} fills placeholders {@code "@name"}, and {@link #data} fills
 * the data sets {@code {"name": ...}}.
 */
public final class ChartTemplate {
    /** Sorted keys, so that the same input gives the same bytes. */
    private static final ObjectMapper MAPPER =
            new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

    private final String name;
    private final Map<String, JsonNode> holes = new LinkedHashMap<>();
    private final ObjectNode datasets = MAPPER.createObjectNode();

    private ChartTemplate(String name) {
        this.name = name;
    }

    public static ChartTemplate named(String name) {
        return new ChartTemplate(name);
    }

    /** @param value a text, number, list or map */
    public ChartTemplate with(String hole, Object value) {
        holes.put("@" + hole, visible(MAPPER.valueToTree(value)));
        return this;
    }

    /**
     * @param rows by field; non-finite numbers are left out
     */
    public ChartTemplate data(String dataset, List<Map<String, Object>> rows) {
        ArrayNode values = datasets.putArray(dataset);
        for (Map<String, Object> row : rows) {
            ObjectNode value = values.addObject();
            new TreeMap<>(row).forEach((field, cell) -> {
                if (!(cell instanceof Double number) || Double.isFinite(number)) {
                    value.set(field, visible(MAPPER.valueToTree(cell)));
                }
            });
        }
        return this;
    }

    /** Texts come from untrusted files, so control characters are removed, as everywhere on the page. */
    private static JsonNode visible(JsonNode node) {
        if (node.isTextual()) {
            return TextNode.valueOf(PrintedText.plain(node.asText()));
        }
        if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, visible(array.get(i)));
            }
        }
        return node;
    }

    public ObjectNode build() {
        ObjectNode spec = (ObjectNode) filled(load());
        spec.put("$schema", "https://vega.github.io/schema/vega-lite/v6.json");
        spec.set("datasets", datasets);
        return spec;
    }

    private JsonNode load() {
        try (InputStream stream =
                ChartTemplate.class.getResourceAsStream("/org/mfujmh/report/charts/" + name + ".json")) {
            if (stream == null) {
                throw new IllegalStateException("There is no chart template " + name);
            }
            return MAPPER.readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode filled(JsonNode node) {
        if (node.isTextual() && node.asText().startsWith("@")) {
            JsonNode value = holes.get(node.asText());
            if (value == null) {
                throw new IllegalStateException(name + " has an unfilled placeholder " + node.asText());
            }
            return value;
        }
        if (node instanceof ObjectNode object) {
            List.copyOf(object.properties()).forEach(field -> object.set(field.getKey(), filled(field.getValue())));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, filled(array.get(i)));
            }
        }
        return node;
    }
}
