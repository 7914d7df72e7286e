package org.mfujmh.flops;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Block;
import org.mfujmh.model.Pass;

/**
 * FLOPs of a sequence as a function of its length T: constant x T, and for attention so much for each pair of a query and
 * a key that a convention counts; of a prefill also the head's, once.
 *
 * @param constant FLOPs that each token takes whatever the length
 * @param once FLOPs that a sequence takes besides, whatever its length: the head of a prefill, else 0
 * @param attention what each pair takes; layers with different windows apart
 */
public record TokenFlops(BigInteger constant, BigInteger once, List<Pairs> attention) {

    /**
     * Attention of the layers with one window.
     *
     * @param counted which pairs count
     * @param window positions that a token sees; 0: all up to its own
     * @param perPair FLOPs of all these layers' heads for one pair
     */
    public record Pairs(Convention.CountedPairs counted, int window, BigInteger perPair) {

        /** FLOPs of a sequence; exact, since twice the pairs and half of an even number are whole. */
        BigInteger sequence(int tokens) {
            return perPair.multiply(counted.twiceThePairs(tokens, window)).shiftRight(1);
        }

        /** FLOPs of only the last token of a sequence. */
        BigInteger last(int tokens) {
            return perPair.multiply(counted.twiceThePairsOfTheLast(tokens, window))
                    .shiftRight(1);
        }
    }

    public TokenFlops {
        attention = List.copyOf(attention);
    }

    /** The closed form of a convention for a model and a pass; exact for any size. */
    public static TokenFlops of(Architecture model, Convention convention, Pass pass) {
        return of(model, convention, pass, convention.weights().of(model));
    }

    /** The same for a published figure that counts other weights than the convention. */
    public static TokenFlops of(Architecture model, Convention convention, Pass pass, BigInteger weights) {
        BigInteger factor = BigInteger.valueOf(convention.weightFactor(pass));
        BigInteger ofHead = pass == Pass.PREFILL ? convention.weights().ofHead(model) : BigInteger.ZERO;
        Map<Integer, BigInteger> perPair = new TreeMap<>();
        if (convention.attention() != Convention.CountedPairs.NONE) {
            for (Map.Entry<Block, Integer> entry : model.distinctBlocks().entrySet()) {
                Attention attention = entry.getKey().attention();
                BigInteger flops = BigInteger.valueOf(perPair(attention, convention, pass))
                        .multiply(BigInteger.valueOf(entry.getValue()));
                perPair.merge(attention.window(), flops, BigInteger::add);
            }
        }
        List<Pairs> pairs = new ArrayList<>();
        perPair.forEach((window, flops) -> pairs.add(new Pairs(convention.attention(), window, flops)));
        return new TokenFlops(factor.multiply(weights.subtract(ofHead)), factor.multiply(ofHead), pairs);
    }

    /**
     * A pair costs a multiplication and an addition for each column of a head's key, and of its value; three times that
     * with backward, and what is recomputed.
     */
    private static long perPair(Attention attention, Convention convention, Pass pass) {
        long scores = 2L * attention.heads() * attention.queryKeyWidth();
        long forward = scores + 2L * attention.heads() * attention.valueWidth();
        return !pass.computesGradients()
                ? forward
                : 3 * forward
                        + switch (convention.recomputed()) {
                            case NOTHING -> 0;
                            case SCORES -> scores;
                            case EVERYTHING -> forward;
                        };
    }

    /** FLOPs of a sequence of this many tokens. */
    public BigInteger sequence(int tokens) {
        return attention.stream()
                .map(pairs -> pairs.sequence(tokens))
                .reduce(constant.multiply(BigInteger.valueOf(tokens)).add(once), BigInteger::add);
    }

    /**
     * FLOPs of the last token of a sequence of this many alone, those before it in a KV cache: 2M + 4A(T+1) by {@code
     * exact} with T tokens in the cache.
     */
    public BigInteger lastToken(int tokens) {
        return attention.stream().map(pairs -> pairs.last(tokens)).reduce(constant.add(once), BigInteger::add);
    }

    /** FLOPs of a sequence of this many tokens, shared by these; where windows make it a fraction, to the nearest. */
    public BigInteger at(int tokens) {
        return new BigDecimal(sequence(tokens))
                .divide(BigDecimal.valueOf(tokens), 0, RoundingMode.HALF_UP)
                .toBigIntegerExact();
    }
}
