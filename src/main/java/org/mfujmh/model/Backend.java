package org.mfujmh.model;

import java.util.List;
import org.mfujmh.BadInput;

/** How the fused program computes what it computes; both forms give the same results. */
public enum Backend implements Choice {
    /** Forward and backward written out, without autograd, for CPUs. */
    HANDWRITTEN("hand", "handwritten"),
    /** The same for GPUs, with cuDNN's attention. */
    CUDNN("hand-cudnn", "handwritten, with cuDNN's attention"),
    /** Written out for GPUs, and for decoders on CPUs, with PyTorch's FlashAttention. */
    FLASH("hand-flash", "handwritten, with FlashAttention"),
    /** Autograd with libtorch's scaled-dot-product attention. */
    AUTOGRAD("plain", "autograd");

    private final String label;
    private final String words;

    Backend(String label, String words) {
        this.label = label;
        this.words = words;
    }

    /** @throws BadInput where there is none of that name */
    public static Backend of(String label) {
        return Choice.of("backend", values(), label);
    }

    @Override
    public String label() {
        return label;
    }

    /** The backends that can run a pass, the one expected to be fastest first. */
    public static List<Backend> candidates(
            Architecture model, Program program, Precision precision, Gemm gemm, String device) {
        if (program != Program.FUSED) {
            return List.of(AUTOGRAD);
        }
        if (!model.isBookGpt()) {
            // handwritten_decoder.py: CPUs alone, products in the precision of the weights.
            boolean written = device.equals("cpu")
                    && gemm != Gemm.UPCAST
                    && !hasExpertsWithoutNormBefore(model)
                    && model.logitSoftcap() == 0
                    && model.whyNotRun().isEmpty();
            return written ? List.of(HANDWRITTEN, FLASH, AUTOGRAD) : List.of(AUTOGRAD);
        }
        if (device.equals("cpu")) {
            return List.of(HANDWRITTEN, AUTOGRAD);
        }
        // Fused attention takes 16-bit numbers alone.
        return precision == Precision.FP32 || gemm == Gemm.UPCAST ? List.of(AUTOGRAD) : List.of(CUDNN, FLASH, AUTOGRAD);
    }

    /** What handwritten_experts.py does not know: experts but for a norm before them, and none after. No family has it. */
    private static boolean hasExpertsWithoutNormBefore(Architecture model) {
        return model.blocks().stream()
                .anyMatch(block -> block.feedForward() instanceof FeedForward.Experts
                        && block.placement() != Block.Placement.BEFORE);
    }

    /** As in a sentence. */
    public String inWords() {
        return words;
    }
}
