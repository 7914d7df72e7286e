package org.mfujmh.model;

import org.mfujmh.BadInput;

/** How the fused program computes its pass. Both backends give the same results; their labels are those of result files. */
public enum Backend implements Choice {
    /** Forward and backward written out by hand; on CPUs alone. */
    HANDWRITTEN("hand", "by hand"),
    /** By autograd and libtorch's own attention. */
    AUTOGRAD("plain", "plain");

    private final String label;
    private final String words;

    Backend(String label, String words) {
        this.label = label;
        this.words = words;
    }

    /** @throws BadInput where there is none of that name */
    public static Backend of(String label) {
        return Choice.of("form", values(), label);
    }

    @Override
    public String label() {
        return label;
    }

    /** As in a sentence. */
    public String inWords() {
        return words;
    }
}
