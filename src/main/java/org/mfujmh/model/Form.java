package org.mfujmh.model;

import org.mfujmh.BadInput;

/** How the fused program computes what it computes; both forms give the same results. */
public enum Form implements Choice {
    /** Forward and backward written out by hand; on CPUs alone. */
    BY_HAND("hand", "by hand"),
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

    /** As in a sentence. */
    public String inWords() {
        return words;
    }
}
