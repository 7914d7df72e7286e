package org.mfujmh.model.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Which part of a config.json describes the language model: all of it, or in that of a model of images or sound and
 * text the {@code text_config}, if its model_type is one that is read.
 */
final class TextPart {
    private static final String FAMILY = "model_type";
    private static final String TIED = "tie_word_embeddings";

    private TextPart() {}

    /** Whether the language model is only a part of what that describes. */
    static boolean isIn(ObjectNode whole) {
        return !isRead(whole.path(FAMILY)) && isRead(text(whole).path(FAMILY));
    }

    /** The fields of the language model, named by where they stand. */
    static ConfigFields of(String where, ObjectNode whole) {
        return new ConfigFields(where, isIn(whole) ? "text_config." : "", object(whole));
    }

    /** The same as an object of its own. Whether the head is the embedding may stand outside of it. */
    static ObjectNode object(ObjectNode whole) {
        if (!isIn(whole)) {
            return whole;
        }
        ObjectNode text = ((ObjectNode) text(whole)).deepCopy();
        if (!text.hasNonNull(TIED) && whole.hasNonNull(TIED)) {
            text.set(TIED, whole.get(TIED));
        }
        return text;
    }

    private static JsonNode text(ObjectNode whole) {
        return whole.path("text_config");
    }

    private static boolean isRead(JsonNode family) {
        return family.isTextual() && Families.isRead(family.textValue());
    }
}
