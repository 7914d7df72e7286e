package org.mfujmh.report.text;

import java.util.Map;
import java.util.Optional;
import org.mfujmh.schema.PassParams;

/** A note on passes whose values can exceed the range of their precision. */
public final class RangeNote {

    private RangeNote() {}

    /** @param params of a combination */
    public static Optional<String> of(Map<String, String> params) {
        return "fp16".equals(params.get(PassParams.DTYPE)) && "sum".equals(params.get(PassParams.LOSS))
                ? Optional.of("with dtype=fp16 and loss=sum, gradients may exceed 65,504, the largest fp16 number, "
                        + "and become infinite or NaN. This does not affect the timing; loss=cross_entropy stays in "
                        + "range")
                : Optional.empty();
    }
}
