package org.mfujmh.model;

import org.mfujmh.BadInput;
import org.mfujmh.schema.PassParams;

/** The floating-point format that weights and activations are kept in. */
public enum Precision implements Choice {
    /** bfloat16: 8 bits of significand, the range of fp32. */
    BF16("bf16", 2, 8),
    /** IEEE 754 binary16: 11 bits of significand, at most 65504. */
    FP16("fp16", 2, 11),
    /** IEEE 754 binary32: 24 bits of significand. */
    FP32("fp32", 4, 24);

    private final String label;
    private final int bytes;
    private final int significandBits;

    Precision(String label, int bytes, int significandBits) {
        this.label = label;
        this.bytes = bytes;
        this.significandBits = significandBits;
    }

    /** @throws BadInput if no such name exists */
    public static Precision of(String label) {
        return Choice.of(PassParams.DTYPE, values(), label);
    }

    @Override
    public String label() {
        return label;
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }

    /** Unit roundoff: the largest relative error of rounding to nearest, 2^-p for p bits of significand. */
    public double unitRoundoff() {
        return Math.scalb(1.0, -significandBits);
    }
}
