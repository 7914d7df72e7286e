package org.mfujmh.model;

import java.util.Locale;
import org.mfujmh.BadInput;
import org.mfujmh.schema.PassParams;

/** Of which tokens a forward pass computes logits. */
public enum Logits implements Choice {
    /** Of every token, as training does. */
    ALL,
    /** Of each sequence's last token alone, as inference does before it decodes. */
    LAST;

    /** @throws BadInput where there is none of that name */
    public static Logits of(String label) {
        return Choice.of(PassParams.LOGITS, values(), label);
    }

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
