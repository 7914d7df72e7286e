package org.mfujmh.memory;

import java.util.List;
import java.util.stream.Stream;
import org.mfujmh.DidYouMean;
import org.mfujmh.schema.PassId;

/** The passes whose memory is predicted. */
public enum MemoryPass {
    /** Token ids to logits. */
    FORWARD(PassId.FORWARD),
    /** Token ids to the logits of each sequence's last token. */
    PREFILL(PassId.PREFILL),
    /** Token ids to the gradient of every parameter. */
    FORWARD_BACKWARD(PassId.FORWARD_BACKWARD),
    /** The same, and the optimizer's update. */
    TRAIN_STEP(PassId.TRAIN_STEP),
    /** One new token for each sequence, from a cache of keys and values. */
    DECODE(PassId.DECODE);

    private final PassId id;

    MemoryPass(PassId id) {
        this.id = id;
    }

    /** @throws org.mfujmh.BadInput if no pass has that label; the message names the nearest and all that exist */
    public static MemoryPass of(String label) {
        List<String> labels = Stream.of(values()).map(MemoryPass::label).toList();
        return Stream.of(values())
                .filter(pass -> pass.label().equals(label))
                .findFirst()
                .orElseThrow(() -> DidYouMean.noSuch("pass", label, labels));
    }

    /** As users write it, e.g. {@code train-step}. */
    public String label() {
        return id.label();
    }

    /** In words. */
    public String title() {
        return id.title();
    }

    /** Whether it computes gradients. */
    public boolean hasBackward() {
        return id.computesGradients();
    }
}
