package org.mfujmh.memory;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.mfujmh.DidYouMean;

/** The passes whose memory is predicted. */
public enum MemoryPass {
    /** Token ids to logits. */
    FORWARD("forward"),
    /** Token ids to the gradient of every parameter. */
    FORWARD_BACKWARD("forward + backward"),
    /** The same, and the optimizer's update. */
    TRAIN_STEP("training step"),
    /** One new token for each sequence, from a cache of keys and values. */
    DECODE("decode");

    private final String title;

    MemoryPass(String title) {
        this.title = title;
    }

    /** @throws org.mfujmh.BadInput where no pass has that label, with the nearest and all that there are */
    public static MemoryPass of(String label) {
        List<String> labels = Stream.of(values()).map(MemoryPass::label).toList();
        return Stream.of(values())
                .filter(pass -> pass.label().equals(label))
                .findFirst()
                .orElseThrow(() -> DidYouMean.noSuch("pass", label, labels));
    }

    /** As users write it, e.g. {@code train-step}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** In words. */
    public String title() {
        return title;
    }

    boolean hasBackward() {
        return this == FORWARD_BACKWARD || this == TRAIN_STEP;
    }
}
