package org.mfujmh.model;

import org.mfujmh.BadInput;
import org.mfujmh.schema.PassId;

/** What one invocation does. */
public enum Pass implements Choice {
    /** Token ids to logits, no graph recorded. */
    FORWARD(PassId.FORWARD),
    /** Token ids to the logits of each sequence's last token. */
    PREFILL(PassId.PREFILL),
    /** Token ids to a loss, and from it the gradient of every parameter. */
    FORWARD_BACKWARD(PassId.FORWARD_BACKWARD),
    /** One new token for each sequence, with those before it in a KV cache. */
    DECODE(PassId.DECODE);

    private final PassId id;

    Pass(PassId id) {
        this.id = id;
    }

    /** What a benchmark of that name computes: one that records the graph for backward is a forward pass. */
    public static Pass of(PassId id) {
        return switch (id) {
            case FORWARD, FORWARD_RECORDING -> FORWARD;
            case PREFILL -> PREFILL;
            case FORWARD_BACKWARD, TRAIN_STEP -> FORWARD_BACKWARD;
            case DECODE -> DECODE;
        };
    }

    /** @throws BadInput if no such name exists */
    public static Pass of(String label) {
        return Choice.of("pass", values(), label);
    }

    @Override
    public String label() {
        return id.label();
    }

    /** Whether gradients are computed: backward multiplies twice for each product of forward. */
    public boolean computesGradients() {
        return id.computesGradients();
    }

    /** In words, e.g. {@code forward + backward}. */
    public String title() {
        return id.title();
    }
}
