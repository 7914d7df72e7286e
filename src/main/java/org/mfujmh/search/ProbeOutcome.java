package org.mfujmh.search;

import java.time.Duration;
import java.util.Optional;

/** The outcome of one probe. */
public sealed interface ProbeOutcome {

    /** The pass completed within the limit. */
    record Fits(MemoryUse memory) implements ProbeOutcome {}

    /** The pass completed, but took more than the limit. */
    record OverLimit(MemoryUse memory, long limitBytes) implements ProbeOutcome {}

    /**
     * There was not enough memory to complete the pass.
     *
     * @param reason the error message or the kill
     */
    record OutOfMemory(String reason) implements ProbeOutcome {}

    /**
     * Something else went wrong, so nothing is known about the batch.
     *
     * @param cause the error message
     */
    record Broken(String cause) implements ProbeOutcome {}

    /** The probe did not finish in that time. */
    record Hung(Duration after) implements ProbeOutcome {}

    /** Whether the batch does not fit. */
    default boolean tooLarge() {
        return this instanceof OverLimit || this instanceof OutOfMemory;
    }

    /** The measured memory, if the pass completed. */
    default Optional<MemoryUse> use() {
        return this instanceof Fits fits
                ? Optional.of(fits.memory)
                : this instanceof OverLimit over ? Optional.of(over.memory) : Optional.empty();
    }
}
