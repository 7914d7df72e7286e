package org.mfujmh.flops;

import java.math.BigInteger;
import java.util.List;
import org.mfujmh.model.GptConfig;

/** The weights that a convention takes for those that multiply every token, at 2 FLOPs each. */
public enum CountedWeights {
    /** Those that do: every matrix of the blocks, and the head. */
    MATMUL("M", "M = 12Ld^2 + dV, the weights of all matrix products") {
        @Override
        public BigInteger of(GptConfig config) {
            return ParameterCount.of(config).matmul();
        }
    },
    /** Blocks only, as in the scaling laws. */
    BLOCKS("N", "N = 12Ld^2, no embedding and no output head") {
        @Override
        public BigInteger of(GptConfig config) {
            return ParameterCount.of(config).blockWeights();
        }
    },
    /** The parameters of the tied model but the position embedding: nanoGPT's reading of PaLM's N. */
    TIED_WITHOUT_POSITIONS("N", "N = parameters of the tied model without position embeddings") {
        @Override
        public BigInteger of(GptConfig config) {
            ParameterCount count = ParameterCount.of(config);
            return count.tied().subtract(count.positionEmbedding());
        }

        @Override
        List<Surplus> surplus(GptConfig config) {
            return List.of(biasesAndNorms(config));
        }
    },
    /** Every parameter of the tied model, its vocabulary padded. */
    TIED_PADDED("N", "N = all parameters of the tied model, vocabulary padded to a multiple of 128") {
        @Override
        public BigInteger of(GptConfig config) {
            return ParameterCount.padded(config).tied();
        }

        @Override
        List<Surplus> surplus(GptConfig config) {
            ParameterCount count = ParameterCount.of(config);
            BigInteger padding = ParameterCount.padded(config).head().subtract(count.head());
            return List.of(
                    biasesAndNorms(config),
                    new Surplus("position embedding", count.positionEmbedding()),
                    new Surplus("vocabulary padding", padding));
        }
    };

    /** Parameters that are counted as weights of a product, though they are none. */
    record Surplus(String name, BigInteger weights) {}

    private final String symbol;
    private final String definition;

    CountedWeights(String symbol, String definition) {
        this.symbol = symbol;
        this.definition = definition;
    }

    /** How many weights of this model are counted. */
    public abstract BigInteger of(GptConfig config);

    /** Whether the output head is among them. */
    boolean countsHead() {
        return this != BLOCKS;
    }

    /** What is counted beyond the weights of matrix products. */
    List<Surplus> surplus(GptConfig config) {
        return List.of();
    }

    private static Surplus biasesAndNorms(GptConfig config) {
        ParameterCount count = ParameterCount.of(config);
        return new Surplus(
                "biases and norms", count.biases().add(count.normScales()).add(count.normShifts()));
    }

    /** M or N, as formulas write it. */
    public String symbol() {
        return symbol;
    }

    /** What the symbol stands for, e.g. {@code N = 12Ld^2, no embedding and no output head}. */
    public String definition() {
        return definition;
    }
}
