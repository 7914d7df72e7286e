package org.mfujmh.report.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/** The output formats of a command: {@code --format}. */
public enum OutputFormat {
    TEXT,
    MARKDOWN,
    JSON,
    CSV;

    /**
     * Renders a result: the table or, for JSON, the value behind it.
     *
     * @param table the table for people
     * @param value the value for programs, made of maps, lists, records, strings and numbers
     */
    String render(Table table, Object value) {
        return switch (this) {
            case TEXT -> table.toText();
            case MARKDOWN -> table.toMarkdown();
            case CSV -> table.toCsv();
            case JSON -> json(value);
        };
    }

    public static String json(Object value) {
        // made here: every command loads this class, few write JSON, and a mapper takes a third of a second
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        try {
            return mapper.writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A result that cannot be written as JSON: " + value, e);
        }
    }
}
