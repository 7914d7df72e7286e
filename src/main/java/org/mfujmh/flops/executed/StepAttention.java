package org.mfujmh.flops.executed;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Block;

/**
 * Fused attention of a decoding step, one call a layer: the query heads of a group are the queries of its keys.
 *
 * @param batchHeads sequences times heads of keys and values
 * @param queries query heads that share keys
 * @param slots of the cache that they are held against, the new token's among them
 * @param headWidth columns of a head
 */
record StepAttention(long batchHeads, long queries, long slots, long headWidth) {

    /** What each layer has to compute. */
    static List<StepAttention> of(Architecture model, int sequences, int cached) {
        return model.blocks().stream()
                .map(Block::attention)
                .map(attention -> of((Attention.Grouped) attention, sequences, cached))
                .toList();
    }

    private static StepAttention of(Attention.Grouped attention, int sequences, int cached) {
        return new StepAttention(
                (long) sequences * attention.keyValueHeads(),
                attention.heads() / attention.keyValueHeads(),
                attention.cachedOf(cached + 1L),
                attention.headWidth());
    }

    static StepAttention of(FlashAttention call) {
        return new StepAttention(call.batchHeads(), call.tokens(), call.keys(), call.headWidth());
    }

    /** The same with a query that stands alone asked twice, which decode.py does where it is faster. */
    private StepAttention asked() {
        return queries == 1 ? new StepAttention(batchHeads, 2, slots, headWidth) : this;
    }

    /** Compares the calls that ran with those of the model. */
    static ExecutedTerm term(List<StepAttention> wanted, List<StepAttention> calls) {
        boolean once = sorted(calls).equals(sorted(wanted));
        boolean twice = !once
                && sorted(calls)
                        .equals(sorted(wanted.stream().map(StepAttention::asked).toList()));
        return new ExecutedTerm(
                "scores, values",
                "fused: one token's query with the cache slots of each layer",
                wanted.size(),
                calls.size(),
                flops(wanted),
                flops(calls),
                once || twice,
                once ? "" : twice ? "each query twice" : "the calls differ from those of the layers");
    }

    private static List<StepAttention> sorted(List<StepAttention> calls) {
        return calls.stream()
                .sorted(Comparator.comparingLong(StepAttention::slots)
                        .thenComparingLong(StepAttention::queries)
                        .thenComparingLong(StepAttention::batchHeads)
                        .thenComparingLong(StepAttention::headWidth))
                .toList();
    }

    /** Two products of a query with each slot. */
    private static BigInteger flops(List<StepAttention> calls) {
        return calls.stream()
                .map(call -> BigInteger.valueOf(4 * call.batchHeads * call.queries)
                        .multiply(BigInteger.valueOf(call.slots * call.headWidth)))
                .reduce(BigInteger.ZERO, BigInteger::add);
    }
}
