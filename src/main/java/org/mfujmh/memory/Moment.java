package org.mfujmh.memory;

import java.util.EnumMap;
import java.util.Map;

/**
 * The memory in use at one moment of a pass.
 *
 * @param name when, e.g. {@code backward of the head}
 * @param bytes by term
 */
public record Moment(String name, Map<MemoryTerm, Long> bytes) {

    public Moment {
        bytes = Map.copyOf(bytes);
    }

    static Moment named(String name) {
        return new Moment(name, Map.of());
    }

    /** The same with more bytes of that term. */
    Moment plus(MemoryTerm term, long more) {
        Map<MemoryTerm, Long> sum = new EnumMap<>(MemoryTerm.class);
        sum.putAll(bytes);
        sum.merge(term, more, Math::addExact);
        return new Moment(name, sum);
    }

    /** The same with all bytes of another. */
    Moment plus(Moment other) {
        Moment sum = this;
        for (Map.Entry<MemoryTerm, Long> entry : other.bytes.entrySet()) {
            sum = sum.plus(entry.getKey(), entry.getValue());
        }
        return sum;
    }

    /** Bytes of a term; 0 if it has none. */
    public long of(MemoryTerm term) {
        return bytes.getOrDefault(term, 0L);
    }

    /** All bytes. */
    public long total() {
        return bytes.values().stream().reduce(0L, Math::addExact);
    }
}
