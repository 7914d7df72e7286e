package org.mfujmh.model;

import java.util.Locale;
import org.mfujmh.BadInput;
import org.mfujmh.schema.TrainingParams;

/** Which activations are saved for the backward pass; it recomputes the others (Chen et al., arXiv 1604.06174). */
public enum Checkpoint implements Choice {
    /** All of them. */
    NONE,
    /** Only the input of each block; the rest is recomputed, one block at a time. */
    BLOCK;

    /** @throws BadInput if no such name exists */
    public static Checkpoint of(String label) {
        return Choice.of(TrainingParams.CHECKPOINT, values(), label);
    }

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
