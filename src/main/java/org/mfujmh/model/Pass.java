package org.mfujmh.model;

import org.mfujmh.BadInput;

/** What one invocation does. */
public enum Pass implements Choice {
    /** Token ids to logits, no graph recorded. */
    FORWARD("forward"),
    /** Token ids to a loss, and from it the gradient of every parameter. */
    FORWARD_BACKWARD("forward-backward");

    private final String label;

    Pass(String label) {
        this.label = label;
    }

    /** @throws BadInput where there is none of that name */
    public static Pass of(String label) {
        return Choice.of("pass", values(), label);
    }

    @Override
    public String label() {
        return label;
    }
}
