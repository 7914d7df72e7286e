package org.mfujmh.model;

import java.util.Optional;
import java.util.stream.Stream;

/** Which architectures the programs of this project can compute. */
final class RunSupport {
    private RunSupport() {}

    /** The first part that no program computes, in a sentence; empty if all are computed. */
    static Optional<String> whyNot(Architecture model) {
        return model.distinctBlocks().keySet().stream()
                .flatMap(block -> Stream.of(attention(block.attention()), feedForward(block.feedForward())))
                .flatMap(Optional::stream)
                .findFirst()
                .map(what -> model.name() + " (" + model.family()
                        + ") can be counted but not run: the program does not support " + what + ".");
    }

    private static Optional<String> attention(Attention attention) {
        if (!(attention instanceof Attention.Grouped grouped)) {
            return Optional.of("multi-head latent attention");
        }
        if (grouped.sinks()) {
            return Optional.of("attention with sinks");
        }
        if (grouped.scoreSoftcap() != 0) {
            return Optional.of("a soft cap on attention's scores");
        }
        if (grouped.rotary().scaling().queryGrowth() != 0) {
            return Optional.of("queries that grow with their position");
        }
        return Optional.empty();
    }

    private static Optional<String> feedForward(FeedForward feedForward) {
        if (feedForward instanceof FeedForward.Experts experts) {
            if (experts.sharedInner() > 0 || experts.routing() == FeedForward.Routing.SIGMOID_GROUPS) {
                return Optional.of("routing in groups with shared experts");
            }
            if (experts.expert().bias()) {
                return Optional.of("experts with biases");
            }
        }
        return Optional.empty();
    }
}
