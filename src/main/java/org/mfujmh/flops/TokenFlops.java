package org.mfujmh.flops;

import java.math.BigInteger;
import org.mfujmh.model.GptConfig;
import org.mfujmh.model.Pass;

/**
 * FLOPs per token, as a function of the sequence's length T: constant + perPosition x T. It is the
 * mean over the tokens of a sequence; times T it is a whole sequence to the last digit.
 *
 * @param constant FLOPs that each token takes whatever the length
 * @param perPosition FLOPs that each token takes for every position of the sequence
 */
public record TokenFlops(BigInteger constant, BigInteger perPosition) {

    /** The closed form of a convention for a model and a pass; exact for any size. */
    public static TokenFlops of(GptConfig config, Convention convention, Pass pass) {
        return of(config, convention, pass, convention.weights().of(config));
    }

    /** The same, where a published figure counted other weights than the convention would. */
    public static TokenFlops of(GptConfig config, Convention convention, Pass pass, BigInteger weights) {
        BigInteger constant = BigInteger.valueOf(convention.weightFactor(pass)).multiply(weights);
        BigInteger perPosition = BigInteger.valueOf(convention.attentionFactor(pass))
                .multiply(BigInteger.valueOf(config.layers()))
                .multiply(BigInteger.valueOf(config.width()));
        return new TokenFlops(convention.diagonal() ? constant.add(perPosition) : constant, perPosition);
    }

    /** FLOPs per token in a sequence of this many tokens. */
    public BigInteger at(int tokens) {
        return constant.add(perPosition.multiply(BigInteger.valueOf(tokens)));
    }
}
