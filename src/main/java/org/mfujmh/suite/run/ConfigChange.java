package org.mfujmh.suite.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The configurations of one model at two times: of a config.json of forty fields, people want to know the one that
 * changed.
 *
 * @param before JSON; empty for a model that is shipped by name
 * @param after likewise
 */
record ConfigChange(String before, String after) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The fields that changed, {@code hidden_size was 64 and is now 128}; all of both texts where one is not JSON. */
    String inWords() {
        Optional<JsonNode> then = object(before);
        Optional<JsonNode> now = object(after);
        if (then.isEmpty() || now.isEmpty()) {
            return "was " + shown(before) + " and is now " + shown(after);
        }
        Set<String> names = new TreeSet<>();
        then.get().fieldNames().forEachRemaining(names::add);
        now.get().fieldNames().forEachRemaining(names::add);
        return names.stream()
                .filter(name -> !then.get().path(name).equals(now.get().path(name)))
                .map(name -> name + " was " + shown(then.get().path(name).toString()) + " and is now "
                        + shown(now.get().path(name).toString()))
                .collect(Collectors.joining(", "));
    }

    private static String shown(String json) {
        return json.isEmpty() ? "absent" : json;
    }

    private static Optional<JsonNode> object(String json) {
        try {
            return Optional.ofNullable(MAPPER.readTree(json)).filter(JsonNode::isObject);
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        }
    }
}
