package org.mfujmh.model;

import org.mfujmh.BadInput;
import org.mfujmh.schema.PassParams;

/** The floating-point format that weights and activations are kept in. */
public enum Precision implements Choice {
    /** bfloat16: 8 bits of significand, the range of fp32. */
    BF16("bf16", 2, 8, -126),
    /** IEEE 754 binary16: 11 bits of significand, at most 65504. */
    FP16("fp16", 2, 11, -14),
    /** IEEE 754 binary32: 24 bits of significand. */
    FP32("fp32", 4, 24, -126);

    private final String label;
    private final int bytes;
    private final int significandBits;
    private final int leastExponent;

    /** @param leastExponent e of the least normal number, 2^e */
    Precision(String label, int bytes, int significandBits, int leastExponent) {
        this.label = label;
        this.bytes = bytes;
        this.significandBits = significandBits;
        this.leastExponent = leastExponent;
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

    /**
     * The largest error of rounding a number to nearest below the least normal number, where no relative error bounds
     * it: half of the least number above 0, 2^-25 in fp16.
     */
    public double underflow() {
        return Math.scalb(1.0, leastExponent - significandBits);
    }
}
