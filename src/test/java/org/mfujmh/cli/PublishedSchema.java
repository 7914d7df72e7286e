package org.mfujmh.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A JSON Schema of {@code docs/reference/schema}, by its name, which a library judges by. */
record PublishedSchema(String name, JsonNode text) {
    private static final Path FOLDER = Path.of("docs/reference/schema");
    private static final String ENDING = ".schema.json";
    private static final int SHOWN = 20;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    static PublishedSchema of(String name) throws IOException {
        return new PublishedSchema(name, MAPPER.readTree(Files.readString(FOLDER.resolve(name + ENDING))));
    }

    /** The names of all schemas there. */
    static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(ENDING))
                    .map(file -> file.substring(0, file.length() - ENDING.length()))
                    .sorted()
                    .toList();
        }
    }

    /** The first things wrong with a value; empty if nothing is. */
    List<String> problems(JsonNode value) {
        return problems(REGISTRY.getSchema(text), value);
    }

    /** What is wrong with this schema, by the schema of schemas. */
    List<String> ownProblems() {
        return problems(
                REGISTRY.getSchema(SchemaLocation.of(Dialects.getDraft202012().getId())), text);
    }

    private static List<String> problems(Schema schema, JsonNode value) {
        return schema.validate(value).stream().map(Error::toString).limit(SHOWN).toList();
    }

    static JsonNode read(String json) throws IOException {
        return MAPPER.readTree(json);
    }
}
