package org.mfujmh.flops;

import java.math.BigInteger;
import org.mfujmh.BadInput;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Pass;

/**
 * What a pass is given: a batch of sequences of equal length, for a model.
 *
 * @param model what is run
 * @param batch sequences, at least 1
 * @param tokens the length of each, 1 to the model's context
 */
public record Workload(Architecture model, int batch, int tokens) {

    /** @throws BadInput if the batch or the length is not possible */
    public Workload {
        if (batch < 1) {
            throw new BadInput("The batch needs at least 1 sequence, not " + batch + ".");
        }
        if (tokens < 1) {
            throw new BadInput("A sequence needs at least 1 token, not " + tokens + ".");
        }
        if (tokens > model.context()) {
            throw new BadInput("A sequence of " + tokens + " tokens is beyond the context of " + model.name()
                    + ", which has " + model.context() + " positions.");
        }
    }

    /** Tokens of the whole batch. */
    public BigInteger allTokens() {
        return BigInteger.valueOf((long) batch * tokens);
    }

    /**
     * FLOPs of one pass over the batch, exact at any size; of a decoding step, one token for each sequence that has
     * {@link #tokens} in its cache.
     */
    public BigInteger flops(Convention convention, Pass pass) {
        if (pass == Pass.DECODE) {
            return perToken(convention, pass).multiply(BigInteger.valueOf(batch));
        }
        return TokenFlops.of(model, convention, pass).sequence(tokens).multiply(BigInteger.valueOf(batch));
    }

    /** FLOPs of only the backward pass, including what a convention recomputes in it. */
    public BigInteger backwardFlops(Convention convention) {
        return flops(convention, Pass.FORWARD_BACKWARD).subtract(flops(convention, Pass.FORWARD));
    }

    /** FLOPs of one pass, shared by the tokens; where windows make it a fraction, to the nearest. */
    public BigInteger perToken(Convention convention, Pass pass) {
        TokenFlops flops = TokenFlops.of(model, convention, pass);
        return pass == Pass.DECODE ? flops.lastToken(tokens + 1) : flops.at(tokens);
    }
}
