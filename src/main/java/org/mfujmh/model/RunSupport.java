package org.mfujmh.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which architectures the programs of this project can compute. */
final class RunSupport {
    private RunSupport() {}

    /** The first part that no program computes, in a sentence; empty if all are computed. */
    static Optional<String> whyNot(Architecture model) {
        return Stream.concat(
                        model.distinctBlocks().keySet().stream()
                                .flatMap(block ->
                                        Stream.of(attention(block.attention()), feedForward(block.feedForward())))
                                .flatMap(Optional::stream),
                        attentionFactors(model).stream())
                .findFirst()
                .map(what -> model.name() + " (" + model.family()
                        + ") can be counted but not run: the program does not support " + what + ".");
    }

    /**
     * The program multiplies all scores by one number, by the factor twice: right where all columns are turned by it.
     */
    private static Optional<String> attentionFactors(Architecture model) {
        List<Attention.Grouped> all = model.distinctBlocks().keySet().stream()
                .map(Block::attention)
                .filter(Attention.Grouped.class::isInstance)
                .map(Attention.Grouped.class::cast)
                .toList();
        boolean one = all.stream()
                .allMatch(attention -> attention.rotary().scaling().attentionFactor() == 1
                        || attention.rotary().width() == attention.headWidth());
        long factors = all.stream()
                .map(attention -> attention.rotary().scaling().attentionFactor())
                .distinct()
                .count();
        return one && factors <= 1
                ? Optional.empty()
                : Optional.of("an attention factor of yarn for some layers or some columns of a head");
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
        return grouped.rotary().runs()
                ? Optional.empty()
                : Optional.of("rope_type " + grouped.rotary().scaling().kind());
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
