package org.mfujmh.model;

import java.util.Locale;
import org.mfujmh.BadInput;
import org.mfujmh.schema.PassParams;

/** The loss that forward + backward starts from. */
public enum Loss implements Choice {
    /** The sum of all logits: the notebook's. */
    SUM,
    /** Mean cross-entropy against the next token: what training computes. */
    CROSS_ENTROPY;

    /** @throws BadInput if no such name exists */
    public static Loss of(String label) {
        return Choice.of(PassParams.LOSS, values(), label);
    }

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
