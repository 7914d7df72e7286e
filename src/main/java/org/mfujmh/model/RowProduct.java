package org.mfujmh.model;

import java.util.Locale;
import org.mfujmh.BadInput;

/** How a decoding step with one sequence multiplies its row of 16-bit numbers with a matrix, on a CPU. */
public enum RowProduct implements Choice {
    /** As a matrix of one row. */
    MATRIX,
    /** As a vector. */
    VECTOR;

    /** @throws BadInput where there is none of that name */
    public static RowProduct of(String label) {
        return Choice.of("way to multiply a row", values(), label);
    }

    /** Whether a step can be done in either way. */
    public static boolean isChoice(Precision precision, int sequences, String device) {
        return precision == Precision.BF16 && sequences == 1 && device.equals("cpu");
    }

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
