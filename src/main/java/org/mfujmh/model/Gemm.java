package org.mfujmh.model;

import java.util.Locale;
import org.mfujmh.BadInput;
import org.mfujmh.schema.PassParams;

/** How matrices of 16-bit numbers are multiplied. */
public enum Gemm implements Choice {
    /** In their own precision, by the library's own product. */
    NATIVE,
    /** Kept in 16 bits, widened to fp32 for each product: faster on CPUs that only emulate the 16-bit one. */
    UPCAST,
    /** Whichever of the two is faster on this machine, found by measuring both. */
    AUTO;

    /** @throws BadInput if no such name exists */
    public static Gemm of(String label) {
        return Choice.of(PassParams.GEMM, values(), label);
    }

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
