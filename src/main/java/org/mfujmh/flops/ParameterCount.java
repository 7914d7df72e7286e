package org.mfujmh.flops;

import java.math.BigInteger;
import java.util.EnumMap;
import java.util.Map;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Program;
import org.mfujmh.model.Tensor;
import org.mfujmh.model.Tensor.Role;

/**
 * The parameters of a model, by what they are for. Conventions differ in which of them they take for the weights that
 * multiply every token, so the parts are kept apart. Exact for any size.
 *
 * @param tokenEmbedding d V: a table that is looked up, no product unless the head shares it
 * @param positionEmbedding d times the context, where positions are learned: looked up
 * @param blockWeights the matrices of all blocks, of experts only those that a token passes through
 * @param biases of these
 * @param normScales of all norms
 * @param normShifts of all norms that have shifts
 * @param sinks a logit a head where attention has sinks
 * @param head d V: the output head, without bias; in a tied model it is the token embedding
 * @param idle of experts, matrices and biases, those that a token does not pass through
 * @param isTied whether the head is the token embedding
 */
public record ParameterCount(
        BigInteger tokenEmbedding,
        BigInteger positionEmbedding,
        BigInteger blockWeights,
        BigInteger biases,
        BigInteger normScales,
        BigInteger normShifts,
        BigInteger sinks,
        BigInteger head,
        BigInteger idle,
        boolean isTied) {

    /** The vocabulary is padded to a multiple of this by llm.c, so that the head's rows fill whole tiles. */
    private static final int VOCABULARY_PADDING = 128;

    /** The parameters of this model. */
    public static ParameterCount of(Architecture model) {
        return of(model, model.vocabulary());
    }

    /** The parameters of this model with its vocabulary rounded up to a multiple of 128, as llm.c has it. */
    public static ParameterCount padded(Architecture model) {
        long tiles = (model.vocabulary() + VOCABULARY_PADDING - 1L) / VOCABULARY_PADDING;
        return of(model, tiles * VOCABULARY_PADDING);
    }

    private static ParameterCount of(Architecture model, long vocabulary) {
        Map<Role, BigInteger> active = new EnumMap<>(Role.class);
        BigInteger idle = BigInteger.ZERO;
        for (Map.Entry<Tensor, Integer> entry :
                ParameterLayout.distinct(model, Program.FUSED).entrySet()) {
            Tensor tensor = entry.getKey();
            BigInteger count = BigInteger.valueOf(entry.getValue());
            BigInteger met = BigInteger.valueOf(tensor.activeSize()).multiply(count);
            active.merge(tensor.role(), met, BigInteger::add);
            idle = idle.add(BigInteger.valueOf(tensor.size()).multiply(count).subtract(met));
        }
        BigInteger words = BigInteger.valueOf(model.width()).multiply(BigInteger.valueOf(vocabulary));
        return new ParameterCount(
                words,
                active.getOrDefault(Role.POSITION_EMBEDDING, BigInteger.ZERO),
                active.getOrDefault(Role.MATRIX, BigInteger.ZERO),
                active.getOrDefault(Role.BIAS, BigInteger.ZERO),
                active.getOrDefault(Role.NORM_SCALE, BigInteger.ZERO),
                active.getOrDefault(Role.NORM_SHIFT, BigInteger.ZERO),
                active.getOrDefault(Role.SINK, BigInteger.ZERO),
                words,
                idle,
                model.tiedHead());
    }

    /** All parameters. */
    public BigInteger total() {
        return isTied ? tied() : untied();
    }

    /** Parameters that one token passes through, the whole embedding among them. */
    public BigInteger active() {
        return total().subtract(idle);
    }

    /** All parameters, the head with a matrix of its own. */
    public BigInteger untied() {
        return tied().add(head);
    }

    /** All parameters where the head shares the token embedding. */
    public BigInteger tied() {
        return withoutBias().add(biases).add(normShifts).add(sinks).add(idle);
    }

    /** A tied model without any bias, as nanoGPT sizes it: its norms have a scale and no shift. */
    public BigInteger withoutBias() {
        return tokenEmbedding.add(positionEmbedding).add(blockWeights).add(normScales);
    }

    /** Weights that a matrix product applies to every token, M. */
    public BigInteger matmul() {
        return blockWeights.add(head);
    }

    /** What a token passes through in a block or norm and no matrix product multiplies: biases, norms, sinks. */
    public BigInteger vectors() {
        return biases.add(normScales).add(normShifts).add(sinks);
    }
}
