package org.mfujmh.flops;

import java.math.BigInteger;
import org.mfujmh.model.GptConfig;

/**
 * The parameters of a GPT, by what they are for. Conventions differ in which of them they take for
 * the weights that multiply every token, so the parts are kept apart. Exact for any size.
 *
 * @param tokenEmbedding d V: a table that is looked up, no product unless the head shares it
 * @param positionEmbedding d times the context: looked up
 * @param blockWeights 12 L d^2: query, key, value, projection (4 d^2) and the MLP (8 d^2) of every block
 * @param biases 9 L d: of query, key, value (3 d), projection (d) and the MLP (4 d + d) of every block
 * @param normScales (2 L + 1) d
 * @param normShifts (2 L + 1) d
 * @param head d V: the output head, without bias; in a tied model it is the token embedding
 */
public record ParameterCount(
        BigInteger tokenEmbedding,
        BigInteger positionEmbedding,
        BigInteger blockWeights,
        BigInteger biases,
        BigInteger normScales,
        BigInteger normShifts,
        BigInteger head) {

    /** The vocabulary is padded to a multiple of this by llm.c, so that the head's rows fill whole tiles. */
    private static final int VOCABULARY_PADDING = 128;

    /** The parameters of this model. */
    public static ParameterCount of(GptConfig config) {
        return of(config, config.vocabulary());
    }

    /** The parameters of this model with its vocabulary rounded up to a multiple of 128, as llm.c has it. */
    public static ParameterCount padded(GptConfig config) {
        long tiles = (config.vocabulary() + VOCABULARY_PADDING - 1L) / VOCABULARY_PADDING;
        return of(config, tiles * VOCABULARY_PADDING);
    }

    private static ParameterCount of(GptConfig config, long vocabulary) {
        BigInteger d = BigInteger.valueOf(config.width());
        BigInteger layers = BigInteger.valueOf(config.layers());
        BigInteger perToken = d.multiply(BigInteger.valueOf(vocabulary));
        BigInteger norms = d.multiply(BigInteger.valueOf(2L * config.layers() + 1));
        return new ParameterCount(
                perToken,
                d.multiply(BigInteger.valueOf(config.context())),
                BigInteger.valueOf(12).multiply(layers).multiply(d).multiply(d),
                BigInteger.valueOf(9).multiply(layers).multiply(d),
                norms,
                norms,
                perToken);
    }

    /** All parameters of the model as the book builds it: the head has a matrix of its own. */
    public BigInteger untied() {
        return tied().add(head);
    }

    /** All parameters where the head shares the token embedding, as in GPT-2. */
    public BigInteger tied() {
        return withoutBias().add(biases).add(normShifts);
    }

    /** A tied model without any bias, as nanoGPT sizes it: its norms have a scale and no shift. */
    public BigInteger withoutBias() {
        return tokenEmbedding.add(positionEmbedding).add(blockWeights).add(normScales);
    }

    /** Weights that a matrix product applies to every token: M = 12 L d^2 + d V. */
    public BigInteger matmul() {
        return blockWeights.add(head);
    }
}
