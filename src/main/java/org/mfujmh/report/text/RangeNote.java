package org.mfujmh.report.text;

import java.util.Map;
import java.util.Optional;
import org.mfujmh.schema.PassParams;

/** Where a precision cannot hold what a pass computes, though it does all of its work. */
public final class RangeNote {

    private RangeNote() {}

    /** @param params of a combination */
    public static Optional<String> of(Map<String, String> params) {
        return "fp16".equals(params.get(PassParams.DTYPE)) && "sum".equals(params.get(PassParams.LOSS))
                ? Optional.of("with dtype=fp16 and loss=sum gradients may pass 65,504, fp16's largest number, and be"
                        + " infinite or NaN. The products, and so the time, are the same; loss=cross_entropy stays in"
                        + " range")
                : Optional.empty();
    }
}
