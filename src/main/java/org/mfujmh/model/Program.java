package org.mfujmh.model;

import java.util.Locale;
import org.mfujmh.BadInput;
import org.mfujmh.schema.PassParams;

/** How the model is written; both compute the same function. */
public enum Program implements Choice {
    /**
     * The fastest known way: one product for query, key and value, scaled-dot-product attention, fused norm and GELU.
     */
    FUSED,
    /** Operation for operation as the book writes it. */
    NOTEBOOK;

    /** @throws BadInput if no such name exists */
    public static Program of(String label) {
        return Choice.of(PassParams.PROGRAM, values(), label);
    }

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
