package org.mfujmh.search;

import java.time.Duration;
import java.util.Optional;

/** What one probe says of one batch. */
public sealed interface ProbeOutcome {

    /** The pass came to its end, within the limit. */
    record Fits(MemoryUse memory) implements ProbeOutcome {}

    /** The pass came to its end, and took more than the limit. */
    record OverLimit(MemoryUse memory, long limitBytes) implements ProbeOutcome {}

    /**
     * There was not enough memory for the pass to end.
     *
     * @param reason the error or the kill, as it was met
     */
    record OutOfMemory(String reason) implements ProbeOutcome {}

    /**
     * Something else went wrong, which says nothing of the batch.
     *
     * @param cause as it was met
     */
    record Broken(String cause) implements ProbeOutcome {}

    /** No answer came in that time. */
    record Hung(Duration after) implements ProbeOutcome {}

    /** Whether it tells that the batch does not fit. */
    default boolean tooLarge() {
        return this instanceof OverLimit || this instanceof OutOfMemory;
    }

    /** What was measured, where the pass came to its end. */
    default Optional<MemoryUse> use() {
        return this instanceof Fits fits
                ? Optional.of(fits.memory)
                : this instanceof OverLimit over ? Optional.of(over.memory) : Optional.empty();
    }
}
