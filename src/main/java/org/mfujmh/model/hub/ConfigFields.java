package org.mfujmh.model.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.mfujmh.BadInput;

/** The typed fields of a config.json; keeps track of those that were not read. */
final class ConfigFields {
    /** No layer, width, vocabulary or context of a real model comes near; products of such sizes fit into 63 bits. */
    private static final int MOST = 1 << 28;

    private static final int LONGEST_SHOWN = 60;

    private final String where;
    private final String prefix;
    private final JsonNode object;
    private final Set<String> read = new TreeSet<>();

    ConfigFields(String where, ObjectNode object) {
        this(where, "", object);
    }

    /** @param prefix how sentences call the object that these fields are in: nothing, or its name and a dot */
    ConfigFields(String where, String prefix, JsonNode object) {
        this.where = where;
        this.prefix = prefix;
        this.object = object;
    }

    /** Whether the field stands there and is not null. */
    boolean has(String field) {
        read.add(field);
        return object.hasNonNull(field);
    }

    /** Whether the field stands there, be it null. */
    boolean mentions(String field) {
        read.add(field);
        return object.has(field);
    }

    /**
     * The same with a field under its other name, which the library's attribute_map gives it.
     *
     * @throws BadInput if both stand there and differ
     */
    ConfigFields alias(String other, String field) {
        if (!object.has(other)) {
            return this;
        }
        if (object.has(field) && !object.get(field).equals(object.get(other))) {
            throw refused(other, "differs from " + field + ", which is another name for it");
        }
        ObjectNode renamed = ((ObjectNode) object).deepCopy();
        renamed.set(field, renamed.remove(other));
        return new ConfigFields(where, prefix, renamed);
    }

    /** Whether it has no field at all. */
    boolean isEmpty() {
        return object.isEmpty();
    }

    /** Marks fields that change neither count nor function as read. */
    void ignore(String... fields) {
        read.addAll(List.of(fields));
    }

    /** A whole number from 1 on. */
    int size(String field) {
        return optionalSize(field)
                .orElseThrow(() -> refused(field, "is missing; it must be a whole number, 1 or more"));
    }

    int size(String field, int otherwise) {
        return optionalSize(field).orElse(otherwise);
    }

    OptionalInt optionalSize(String field) {
        OptionalInt number = optionalCount(field);
        if (number.isPresent() && number.getAsInt() == 0) {
            throw refused(field, "is 0; it must be a whole number, 1 or more");
        }
        return number;
    }

    /** A whole number from 0 on. */
    int count(String field, int otherwise) {
        return optionalCount(field).orElse(otherwise);
    }

    private OptionalInt optionalCount(String field) {
        if (!has(field)) {
            return OptionalInt.empty();
        }
        JsonNode value = object.get(field);
        boolean whole = value.isIntegralNumber()
                || (value.isFloatingPointNumber() && value.doubleValue() == Math.rint(value.doubleValue()));
        if (!whole || value.doubleValue() < 0 || value.doubleValue() > MOST) {
            throw refused(field, "is " + shown(value) + "; it must be a whole number from 0 to " + MOST);
        }
        return OptionalInt.of(value.intValue());
    }

    /** A whole number from 1 on; 0 if the field is null or not there. */
    int sizeOrNone(String field) {
        return optionalSize(field).orElse(0);
    }

    /** A finite number. */
    double number(String field, double otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        JsonNode value = object.get(field);
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw refused(field, "is " + shown(value) + "; it must be a number");
        }
        return value.doubleValue();
    }

    /** A number above 0. */
    double positive(String field, double otherwise) {
        double number = number(field, otherwise);
        if (!(number > 0)) {
            throw refused(field, "is " + number + "; it must be above 0");
        }
        return number;
    }

    /** A number above 0; 0 if the field is null or not there. */
    double positiveOrNone(String field) {
        return has(field) ? positive(field, 1) : 0;
    }

    /** @throws BadInput if the field is not there */
    double requiredPositive(String field) {
        if (!has(field)) {
            throw refused(field, "is missing; it must be a number above 0");
        }
        return positive(field, 1);
    }

    boolean flag(String field, boolean otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        if (!object.get(field).isBoolean()) {
            throw refused(field, "is " + shown(object.get(field)) + "; it must be true or false");
        }
        return object.get(field).booleanValue();
    }

    String word(String field, String otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        if (!object.get(field).isTextual()) {
            throw refused(field, "is " + shown(object.get(field)) + "; it must be a string");
        }
        return object.get(field).textValue();
    }

    /** A list of texts; empty if the field is not there. */
    Optional<List<String>> words(String field) {
        if (!has(field)) {
            return Optional.empty();
        }
        List<String> words = new ArrayList<>();
        for (JsonNode word : list(field)) {
            if (!word.isTextual()) {
                throw refused(field, "has " + shown(word) + " in its list; all must be strings");
            }
            words.add(word.textValue());
        }
        return Optional.of(words);
    }

    /** A list of numbers; empty if the field is not there. */
    List<Double> numbers(String field) {
        if (!has(field)) {
            return List.of();
        }
        List<Double> numbers = new ArrayList<>();
        for (JsonNode number : list(field)) {
            if (!number.isNumber() || !Double.isFinite(number.doubleValue())) {
                throw refused(field, "has " + shown(number) + " in its list; all must be numbers");
            }
            numbers.add(number.doubleValue());
        }
        return numbers;
    }

    private JsonNode list(String field) {
        if (!object.get(field).isArray()) {
            throw refused(field, "is " + shown(object.get(field)) + "; it must be a list");
        }
        return object.get(field);
    }

    /** The object in a field, whose unknown fields are refused with those of this one. */
    Optional<ConfigFields> object(String field) {
        if (!has(field)) {
            return Optional.empty();
        }
        if (!object.get(field).isObject()) {
            throw refused(field, "is " + shown(object.get(field)) + "; it must be an object");
        }
        return Optional.of(new ConfigFields(where, prefix + field + ".", object.get(field)));
    }

    /** Refuses a field with a value other than the only supported one. */
    void requireFlag(String field, boolean only) {
        if (flag(field, only) != only) {
            throw refused(field, "is " + !only + "; supported is " + only);
        }
    }

    /** @throws BadInput naming a field that nobody asked for and that says something */
    void refuseUnread(Predicate<String> harmless) {
        object.fieldNames().forEachRemaining(field -> {
            JsonNode value = object.get(field);
            boolean saysNothing = value.isNull()
                    || (value.isBoolean() && !value.booleanValue())
                    || (value.isContainerNode() && value.isEmpty());
            if (!read.contains(field) && !harmless.test(field) && !field.startsWith("_") && !saysNothing) {
                throw refused(
                        field,
                        "is unknown and might change the count; if it does not, delete it from a copy of the file");
            }
        });
    }

    /** @throws BadInput naming a field that was asked for here and says something else in the whole file */
    void refuseOther(ObjectNode whole, Predicate<String> harmless) {
        whole.fieldNames().forEachRemaining(field -> {
            JsonNode value = whole.get(field);
            if (read.contains(field) && !harmless.test(field) && !value.isNull() && !value.equals(object.path(field))) {
                throw refused(field, "differs from the file's own " + field + ", which is " + shown(value));
            }
        });
    }

    BadInput refused(String field, String why) {
        return new BadInput(
                String.format(Locale.ROOT, "%s: the field \"%s\" %s.", where, shortened(prefix + field), why));
    }

    private static String shown(JsonNode value) {
        return shortened(value.toString());
    }

    /** A text from the config for messages: on one line, short, in quotes. */
    static String quoted(String text) {
        return "\"" + shortened(text) + "\"";
    }

    private static String shortened(String text) {
        return onOneLine(text, LONGEST_SHOWN);
    }

    /** A foreign text without control characters, truncated to this length. */
    static String onOneLine(String text, int longest) {
        String cut = text.length() > longest ? text.substring(0, longest) + "..." : text;
        return cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]", " ");
    }
}
