package org.mfujmh.flops;

import java.math.BigInteger;
import java.util.List;
import org.mfujmh.model.Architecture;

/** The weights that a convention takes for those that multiply every token, at 2 FLOPs each. */
public enum CountedWeights {
    /** Those that do: every matrix of the blocks, and the head. */
    MATMUL("M", "the weights of all matrix products") {
        @Override
        public BigInteger of(Architecture model) {
            return ParameterCount.of(model).matmul();
        }
    },
    /** Blocks only, as in the scaling laws. */
    BLOCKS("N", "the matrices of the blocks, no embedding and no output head") {
        @Override
        public BigInteger of(Architecture model) {
            return ParameterCount.of(model).blockWeights();
        }
    },
    /** The active parameters but the position embedding, token embedding and head counting once. */
    TIED_WITHOUT_POSITIONS("N", "active parameters without position embeddings; token embedding and head count once") {
        @Override
        public BigInteger of(Architecture model) {
            ParameterCount count = ParameterCount.of(model);
            return count.matmul().add(count.vectors());
        }

        @Override
        List<Surplus> surplus(Architecture model) {
            return List.of(vectors(model));
        }
    },
    /** Every active parameter of the tied model, its vocabulary padded. */
    TIED_PADDED("N", "all active parameters of the tied model, vocabulary padded to a multiple of 128") {
        @Override
        public BigInteger of(Architecture model) {
            ParameterCount padded = ParameterCount.padded(model);
            return padded.tied().subtract(padded.idle());
        }

        @Override
        List<Surplus> surplus(Architecture model) {
            ParameterCount count = ParameterCount.of(model);
            BigInteger padding = ParameterCount.padded(model).head().subtract(count.head());
            return List.of(
                    vectors(model),
                    new Surplus("position embedding", count.positionEmbedding(), false),
                    new Surplus("vocabulary padding", padding, true));
        }
    };

    /**
     * Parameters that are counted as weights of a product, though they are none.
     *
     * @param ofHead whether they are counted with the output head's
     */
    record Surplus(String name, BigInteger weights, boolean ofHead) {}

    private final String symbol;
    private final String definition;

    CountedWeights(String symbol, String definition) {
        this.symbol = symbol;
        this.definition = definition;
    }

    /** How many weights of this model are counted. */
    public abstract BigInteger of(Architecture model);

    /** Whether the output head is among them. */
    boolean countsHead() {
        return this != BLOCKS;
    }

    /** How many of them are the output head's, which a prefill multiplies with one token of each sequence. */
    BigInteger ofHead(Architecture model) {
        if (!countsHead()) {
            return BigInteger.ZERO;
        }
        return (this == TIED_PADDED ? ParameterCount.padded(model) : ParameterCount.of(model)).head();
    }

    /** What is counted beyond the weights of matrix products. */
    List<Surplus> surplus(Architecture model) {
        return List.of();
    }

    private static Surplus vectors(Architecture model) {
        return new Surplus("biases and norms", ParameterCount.of(model).vectors(), false);
    }

    /** M or N, as formulas write it. */
    public String symbol() {
        return symbol;
    }

    /** What the symbol stands for, e.g. {@code the weights of all matrix products}. */
    public String definition() {
        return definition;
    }
}
