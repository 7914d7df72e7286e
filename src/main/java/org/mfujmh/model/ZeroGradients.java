package org.mfujmh.model;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * Gradients that mathematics makes zero, whatever the weights: rounding leaves nothing of them, or next to nothing.
 *
 * <p>A softmax gives 1 where it has one number. So a token that sees only itself asks for its own value whatever its
 * query and key, a router sends a token to its one expert with all of its weight, and a vocabulary of one word has no
 * loss. And a bias of keys adds the same to all scores of a query, which the softmax does not see.
 */
public final class ZeroGradients {
    private ZeroGradients() {}

    /**
     * @param tokens of each sequence
     * @return the names of the tensors whose gradients are zero
     */
    public static Set<String> of(Architecture model, Program program, Loss loss, int tokens) {
        return Tensors.of(model, program).stream()
                .map(Tensor::name)
                .filter(name -> isZero(name, model, loss, tokens))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static boolean isZero(String name, Architecture model, Loss loss, int tokens) {
        if (loss == Loss.CROSS_ENTROPY && model.vocabulary() == 1) {
            return true;
        }
        String[] parts = name.split("\\.", 3);
        if (!parts[0].equals("blocks")) {
            return false;
        }
        Block block = model.blocks().get(Integer.parseInt(parts[1]));
        String part = parts[2];
        return part.equals("attention.key.bias")
                || (isOfQueriesOrKeys(part) && seesItselfAlone(block.attention(), tokens))
                || (part.startsWith("router.")
                        && block.feedForward() instanceof FeedForward.Experts experts
                        && weighsOne(experts));
    }

    private static boolean isOfQueriesOrKeys(String part) {
        return part.startsWith("attention.query")
                || part.startsWith("attention.key.")
                || part.startsWith("attention.key_norm.");
    }

    private static boolean seesItselfAlone(Attention attention, int tokens) {
        boolean sinks = attention instanceof Attention.Grouped grouped && grouped.sinks();
        return (tokens == 1 || attention.window() == 1) && !sinks;
    }

    private static boolean weighsOne(FeedForward.Experts experts) {
        return switch (experts.routing()) {
            case SOFTMAX -> experts.count() == 1;
            case SOFTMAX_NORMALISED, TOP_SOFTMAX -> experts.used() == 1;
            case SIGMOID_GROUPS -> false;
        };
    }
}
