package org.mfujmh.flops.executed;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.mfujmh.flops.MatrixProduct;
import org.mfujmh.flops.ModelProduct;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;

/**
 * Causal attention as plain products: blocks of queries, each against the keys that one of them sees, some heads at a
 * time. A block of s queries with e keys multiplies s x c with c x e and back again, c the width of a head; heads that
 * share keys may stand one below another, and then multiply r s x c. What lies above the diagonal blocks is not
 * computed, nor what lies before the window of a block's first query. One block is the whole square.
 *
 * @param products what ran, each shape with its calls
 */
record BlockAttention(Map<MatrixProduct, Long> products) {

    /** Products of one block: scores and values. */
    private static final int FORWARD = 2;

    /** The gradients of queries, keys, probabilities and values. */
    private static final int BACKWARD = 4;

    /** The two sizes of a product other than the width of a head, the smaller first. */
    private record Sizes(long small, long large) {
        static Sizes of(long a, long b) {
            return new Sizes(Math.min(a, b), Math.max(a, b));
        }
    }

    /** So many queries of a head, and the keys that they are held against. */
    private record Block(long queries, long keys) {}

    /**
     * How a pass computes its blocks.
     *
     * @param height queries in a block
     * @param heads that stand one below another
     * @param scoresAgain whether the backward pass computes the scores a second time instead of keeping them
     */
    private record Way(long height, long heads, boolean scoresAgain) {}

    /**
     * Attention's products among those that ran: batches that have a size as wide as a head, and none of the weights'. Of
     * a model with one key head these are no batches, and a piece of the output head may look like one of them: where
     * some of them are the blocks of all layers, the others are left to the weights.
     *
     * @param executed calls by canonical shape
     * @param ofWeights the model's other products
     */
    static BlockAttention among(
            Map<MatrixProduct, Long> executed,
            List<ModelProduct> ofWeights,
            Workload workload,
            boolean backward,
            boolean fusedForward,
            Repetition repetition) {
        Map<MatrixProduct, Long> found = new LinkedHashMap<>(executed);
        found.keySet().removeIf(product -> !attends(product, ofWeights, workload));
        BlockAttention all = new BlockAttention(found);
        if (all.way(workload, backward, fusedForward, repetition).isPresent()) {
            return all;
        }
        long headWidth = workload.model().headWidth();
        return all.ways(workload, backward)
                .map(way -> wanted(workload, way, backward, fusedForward, repetition))
                .filter(wanted -> all.batchesAnd(wanted.keySet(), headWidth)
                        .ran(workload.model())
                        .equals(wanted))
                .findFirst()
                .map(wanted -> all.batchesAnd(wanted.keySet(), headWidth))
                .orElse(all);
    }

    private BlockAttention batchesAnd(Set<Sizes> some, long headWidth) {
        Map<MatrixProduct, Long> kept = new LinkedHashMap<>(products);
        kept.keySet().removeIf(product -> product.batch() == 1 && !some.contains(sizes(product, headWidth)));
        return new BlockAttention(kept);
    }

    /** Whether a product can be a part of attention with heads of that width. */
    static boolean concerns(MatrixProduct product, long headWidth) {
        return product.m() == headWidth || product.k() == headWidth || product.n() == headWidth;
    }

    private static boolean attends(MatrixProduct product, List<ModelProduct> others, Workload workload) {
        return (product.batch() > 1 || hasOneKeyHead(workload.model()))
                && concerns(product, workload.model().headWidth())
                && others.stream()
                        .noneMatch(other -> other.product().canonical().equals(product));
    }

    private static boolean hasOneKeyHead(Architecture model) {
        return model.blocks().get(0).attention() instanceof Attention.Grouped grouped && grouped.keyValueHeads() == 1;
    }

    /**
     * What ran against the closed form.
     *
     * @param fusedForward whether fused attention has done the forward pass of the layers that see all tokens
     */
    ExecutedTerm term(
            Workload workload, boolean backward, boolean fusedForward, Repetition repetition, BigInteger expected) {
        Architecture model = workload.model();
        long allHeads = (long) workload.batch() * model.heads();
        Optional<Way> way = way(workload, backward, fusedForward, repetition);
        long matrices = ran(model).values().stream().mapToLong(Long::longValue).sum();
        long heads = allHeads / way.map(Way::heads).orElse(1L);
        return new ExecutedTerm(
                backward ? "scores, values and their gradients" : "scores, values",
                "blocks, " + allHeads + " x [" + workload.tokens() + " x " + model.headWidth() + "]",
                way.isPresent() ? matrices / heads : leastCalls(model, backward, fusedForward, repetition),
                matrices / heads,
                expected,
                products.entrySet().stream()
                        .map(entry -> entry.getKey().flops().multiply(BigInteger.valueOf(entry.getValue())))
                        .reduce(BigInteger.ZERO, BigInteger::add),
                way.isPresent(),
                way.map(one -> explanation(workload, one, backward, repetition))
                        .orElse(
                                "the products are not those of blocks that cover the causal half, in each layer and head"));
    }

    /** Matrices of each size. */
    private Map<Sizes, Long> ran(Architecture model) {
        Map<Sizes, Long> ran = new HashMap<>();
        products.forEach((product, calls) ->
                ran.merge(sizes(product, model.headWidth()), Math.multiplyExact(product.batch(), calls), Long::sum));
        return ran;
    }

    /** In which way just these products ran. */
    private Optional<Way> way(Workload workload, boolean backward, boolean fusedForward, Repetition repetition) {
        Map<Sizes, Long> ran = ran(workload.model());
        return ways(workload, backward)
                .filter(one -> wanted(workload, one, backward, fusedForward, repetition)
                        .equals(ran))
                .findFirst();
    }

    /** Of one block that is the whole square. */
    private static long leastCalls(Architecture model, boolean backward, boolean fusedForward, Repetition repetition) {
        int each = (fusedForward ? 0 : FORWARD) + (backward ? BACKWARD : 0);
        return (long) each * model.layers() * repetition.microBatches();
    }

    private static Sizes sizes(MatrixProduct product, long headWidth) {
        List<Long> sizes = new ArrayList<>(List.of(product.m(), product.k(), product.n()));
        sizes.remove(headWidth);
        return Sizes.of(sizes.get(0), sizes.get(1));
    }

    /** Every way to cut a sequence into blocks that what ran leaves possible. */
    private Stream<Way> ways(Workload workload, boolean backward) {
        long shared = workload.model().blocks().get(0).attention() instanceof Attention.Grouped grouped
                ? grouped.heads() / grouped.keyValueHeads()
                : 1;
        return LongStream.of(1, shared).distinct().boxed().flatMap(heads -> products.keySet().stream()
                .flatMap(product -> Stream.of(product.m(), product.k(), product.n()))
                .filter(size -> size % heads == 0)
                .map(size -> size / heads)
                .filter(height -> height <= workload.tokens())
                .distinct()
                .flatMap(height -> Stream.of(false, backward).distinct().map(again -> new Way(height, heads, again))));
    }

    /** Matrices of each size, in that way. */
    private static Map<Sizes, Long> wanted(
            Workload workload, Way way, boolean backward, boolean fusedForward, Repetition repetition) {
        Architecture model = workload.model();
        long matrices = (long) workload.batch() * model.heads() / way.heads() * repetition.microBatches();
        Map<Sizes, Long> wanted = new HashMap<>();
        model.distinctBlocks().forEach((block, layers) -> {
            int window = block.attention().window();
            boolean fused = fusedForward && (window == 0 || window >= workload.tokens());
            int forward = fused ? 0 : FORWARD + (repetition.blocksAgain() ? FORWARD : 0);
            int products = forward + (backward ? BACKWARD : 0) + (way.scoresAgain() ? 1 : 0);
            if (products > 0) {
                blocks(workload.tokens(), way.height(), window)
                        .forEach(one -> wanted.merge(
                                Sizes.of(one.queries() * way.heads(), one.keys()),
                                products * layers * matrices,
                                Long::sum));
            }
        });
        return wanted;
    }

    private static List<Block> blocks(long tokens, long height, int window) {
        List<Block> blocks = new ArrayList<>();
        for (long start = 0; start < tokens; start += height) {
            long end = Math.min(start + height, tokens);
            long first = window == 0 ? 0 : Math.max(0, start - window + 1);
            blocks.add(new Block(end - start, end - first));
        }
        return blocks;
    }

    private static String explanation(Workload workload, Way way, boolean backward, Repetition repetition) {
        double square = (double) workload.tokens() * workload.tokens();
        double computed = workload.model().blocks().stream()
                .mapToLong(block -> blocks(
                                workload.tokens(),
                                way.height(),
                                block.attention().window())
                        .stream()
                        .mapToLong(one -> one.queries() * one.keys())
                        .sum())
                .average()
                .orElseThrow();
        int needed = FORWARD + (backward ? BACKWARD : 0) + (repetition.blocksAgain() ? FORWARD : 0);
        return (way.scoresAgain() ? needed + 1 + " products for " + needed + ": the scores are recomputed; " : "")
                + String.format(
                        Locale.ROOT,
                        "%.2f %% of the square: blocks of %d queries, each with the keys %s (causal needs %.2f %%)",
                        100.0 * computed / square,
                        way.height(),
                        hasWindows(workload) ? "that one of them sees" : "before its end",
                        100.0 * needed(workload) / square);
    }

    private static boolean hasWindows(Workload workload) {
        return workload.model().blocks().stream()
                .anyMatch(block ->
                        block.attention().window() > 0 && block.attention().window() < workload.tokens());
    }

    /** Pairs of a query and a key that it sees, in a layer on average. */
    private static double needed(Workload workload) {
        return workload.model().blocks().stream()
                .mapToLong(
                        block -> blocks(workload.tokens(), 1, block.attention().window()).stream()
                                .mapToLong(Block::keys)
                                .sum())
                .average()
                .orElseThrow();
    }
}
