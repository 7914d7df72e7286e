package org.mfujmh.gpt;

import java.util.List;
import org.mfujmh.BadInput;

/** How the fused program computes what it computes; both forms give the same results. */
public enum Form implements Choice {
    /** Forward and backward written out by hand, for CPUs. */
    BY_HAND("hand", "by hand"),
    /** The same for GPUs, with cuDNN's attention. */
    CUDNN("hand-cudnn", "by hand with cuDNN's attention"),
    /** The same for GPUs, with FlashAttention as PyTorch ships it. */
    FLASH("hand-flash", "by hand with FlashAttention"),
    /** By autograd and libtorch's own attention. */
    PLAIN("plain", "plain");

    private final String label;
    private final String words;

    Form(String label, String words) {
        this.label = label;
        this.words = words;
    }

    /** @throws BadInput where there is none of that name */
    public static Form of(String label) {
        return Choice.of("form", values(), label);
    }

    @Override
    public String label() {
        return label;
    }

    /** The forms in which a pass may run, the one that is expected to be fastest first. */
    public static List<Form> candidates(Program program, Precision precision, Gemm gemm, String device) {
        if (program != Program.FUSED) {
            return List.of(PLAIN);
        }
        if (device.equals("cpu")) {
            return List.of(BY_HAND, PLAIN);
        }
        // Fused attention takes 16-bit numbers alone.
        return precision == Precision.FP32 || gemm == Gemm.UPCAST ? List.of(PLAIN) : List.of(CUDNN, FLASH, PLAIN);
    }

    /** As in a sentence. */
    public String inWords() {
        return words;
    }
}
