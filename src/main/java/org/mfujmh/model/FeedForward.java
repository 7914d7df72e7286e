package org.mfujmh.model;

/** The part of a block that processes each token separately. */
public sealed interface FeedForward {

    /**
     * Two products with a function between them, or three where a gate multiplies it.
     *
     * @param inner columns between the products
     * @param activation the function
     * @param gated down(activation(gate x) * up x) in place of down(activation(up x))
     * @param bias whether the products have biases
     */
    record Mlp(int inner, Activation activation, boolean gated, boolean bias) implements FeedForward {

        /** Rows of the matrix, or of the two, before the function. */
        public long upWidth() {
            return gated ? 2L * inner : inner;
        }
    }

    /**
     * Mixture of experts: a router picks a few of many MLPs for each token.
     *
     * @param count experts
     * @param used experts that a token passes through
     * @param expert each of them
     * @param sharedInner columns of the MLP that every token passes through besides; 0: none
     * @param routerBias whether the router's product has a bias
     * @param routing how the router's numbers become weights
     */
    record Experts(int count, int used, Mlp expert, int sharedInner, boolean routerBias, Routing routing)
            implements FeedForward {

        /** The MLP that every token passes through. */
        public Mlp shared() {
            return new Mlp(sharedInner, expert.activation(), expert.gated(), expert.bias());
        }
    }

    /** How the router's outputs become the weights of the chosen experts. */
    enum Routing {
        /** softmax over all, the largest taken as they are. */
        SOFTMAX,
        /** The same, made to add up to 1. */
        SOFTMAX_NORMALISED,
        /** The largest taken, softmax over these: the same weights as normalised ones. */
        TOP_SOFTMAX,
        /** sigmoid, chosen within groups with a correction that is not part of the weight: DeepSeek-V3. */
        SIGMOID_GROUPS
    }
}
