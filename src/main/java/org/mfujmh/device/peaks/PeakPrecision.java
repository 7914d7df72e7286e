package org.mfujmh.device.peaks;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The number format in which a device multiplies matrices; a column of the peak table. */
public enum PeakPrecision {
    /** IEEE binary32 on the vector units. */
    FP32,
    /** binary32 in memory, rounded to 11 bits of significand in the tensor cores; PyTorch's default for fp32 products is not this one. */
    TF32,
    FP16,
    BF16,
    FP8;

    /** The name in lower case: the column title and the value of {@code dtype}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The precision with a {@link #label()}, such as a benchmark's {@code dtype}. */
    public static Optional<PeakPrecision> of(String label) {
        return Stream.of(values())
                .filter(precision -> precision.label().equals(label))
                .findFirst();
    }
}
