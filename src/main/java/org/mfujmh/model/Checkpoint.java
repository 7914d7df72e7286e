package org.mfujmh.model;

import java.util.Locale;
import org.mfujmh.BadInput;
import org.mfujmh.schema.TrainingParams;

/** Which activations a backward pass reads from memory; others it computes again (Chen et al., arXiv 1604.06174). */
public enum Checkpoint implements Choice {
    /** All of them. */
    NONE,
    /** Of each block the residual stream that enters it; the rest is computed again, a block at a time. */
    BLOCK;

    /** @throws BadInput where there is none of that name */
    public static Checkpoint of(String label) {
        return Choice.of(TrainingParams.CHECKPOINT, values(), label);
    }

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
