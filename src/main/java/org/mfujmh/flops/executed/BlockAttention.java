package org.mfujmh.flops.executed;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.mfujmh.flops.MatrixProduct;
import org.mfujmh.flops.Workload;

/**
 * Causal attention as plain products: blocks of queries, each against the keys before its end, some
 * heads at a time. A block of s queries that ends before key e multiplies s x c with c x e and back
 * again, c the width of a head; what lies above the diagonal blocks is not computed. One block is the
 * whole square.
 *
 * @param products what ran, each shape with its calls
 */
record BlockAttention(Map<MatrixProduct, Long> products) {

    /** Products of one block: scores and values. */
    private static final long FORWARD = 2;

    /** The same, then the gradients of queries, keys, probabilities and values. */
    private static final long FORWARD_BACKWARD = 6;

    /** Queries s that see the keys before e. */
    private record Block(long queries, long end) {}

    /** Whether a product can be a part of attention with heads of that width. */
    static boolean concerns(MatrixProduct product, long headWidth) {
        return product.m() == headWidth || product.k() == headWidth || product.n() == headWidth;
    }

    /** What ran against the closed form. */
    ExecutedTerm term(Workload workload, boolean backward, Repetition repetition, BigInteger expected) {
        long heads = (long) workload.batch() * workload.model().heads();
        long layers = (long) workload.model().layers() * repetition.microBatches();
        // How many products of heads x layers there were of each block.
        Map<Block, Long> headCalls = new TreeMap<>(Comparator.comparingLong(Block::end));
        products.forEach((product, calls) ->
                headCalls.merge(block(product, workload.model().headWidth()), product.batch() * calls, Long::sum));
        List<Block> blocks = new ArrayList<>(headCalls.keySet());
        long once = heads * layers;
        long needed = (backward ? FORWARD_BACKWARD : FORWARD) + (repetition.blocksAgain() ? FORWARD : 0);
        // With a backward pass the scores may be computed a second time instead of being kept.
        boolean again = backward && headCalls.values().stream().allMatch(calls -> calls == (needed + 1) * once);
        long perBlock = again ? needed + 1 : needed;
        boolean explained = tile(blocks, workload.tokens())
                && headCalls.values().stream().allMatch(calls -> calls == perBlock * once);
        long ran = headCalls.values().stream().mapToLong(Long::longValue).sum() / heads;
        return new ExecutedTerm(
                backward ? "scores, values and their gradients" : "scores, values",
                "blocks, " + heads + " x [" + workload.tokens() + " x "
                        + workload.model().headWidth() + "]",
                Math.max(1, blocks.size()) * perBlock * layers,
                ran,
                expected,
                products.entrySet().stream()
                        .map(entry -> entry.getKey().flops().multiply(BigInteger.valueOf(entry.getValue())))
                        .reduce(BigInteger.ZERO, BigInteger::add),
                explained,
                explained
                        ? explanation(
                                blocks,
                                workload.tokens(),
                                again ? perBlock + " products for " + needed + ": the scores are recomputed; " : "")
                        : "the products are not those of blocks that cover the causal half, in each layer and head");
    }

    /** The two sizes beside the width of a head: the queries are never more than the keys. */
    private static Block block(MatrixProduct product, long headWidth) {
        List<Long> sizes = new ArrayList<>(List.of(product.m(), product.k(), product.n()));
        sizes.remove(headWidth);
        return new Block(Math.min(sizes.get(0), sizes.get(1)), Math.max(sizes.get(0), sizes.get(1)));
    }

    /** Whether each block begins where the one before it ends, the first at 0 and the last ends at T. */
    private static boolean tile(List<Block> blocks, long tokens) {
        long end = 0;
        for (Block block : blocks) {
            if (block.end() - block.queries() != end) {
                return false;
            }
            end = block.end();
        }
        return end == tokens;
    }

    private static String explanation(List<Block> blocks, long tokens, String beyond) {
        long computed = blocks.stream()
                .mapToLong(block -> block.queries() * block.end())
                .sum();
        return beyond
                + String.format(
                        Locale.ROOT,
                        "%.2f %% of the square: blocks of %d queries, each with the keys before its end (causal needs %.2f %%)",
                        100.0 * computed / ((double) tokens * tokens),
                        blocks.get(0).queries(),
                        100.0 * (tokens + 1) / (2.0 * tokens));
    }
}
