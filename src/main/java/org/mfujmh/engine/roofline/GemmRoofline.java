package org.mfujmh.engine.roofline;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.LinearKernels;
import org.mfujmh.engine.LinearShape;
import org.mfujmh.engine.roofline.SingleProduct.Way;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;

/**
 * The speed at which this machine multiplies matrices of a pass's own shapes: the speed that the pass could reach if it
 * did nothing else. For a forward pass y = x W^T of every linear layer; with backward also dx = y W and dW = y^T x, y
 * standing in for the gradient from above. Random data, the fastest way known for the precision: for 16-bit numbers
 * their own product, into memory already touched or as the program has it, or that of fp32, whichever is the fastest
 * here.
 *
 * <p>The figure is the sum of FLOPs over the sum of times, each shape as often as the model has it.
 *
 * <p>Where the time does not allow the shapes in full, they are cut where it changes their speed
 * least (docs/internals/roofline.md has the figures): first the head loses outputs, to no fewer than 12 times its
 * inputs; only then all lose rows.
 */
public final class GemmRoofline {

    /** Below this many rows a product is no longer what the pass computes: most time goes into packing W. */
    private static final int FEWEST_ROWS = 128;

    /** Rows are cut to a multiple of this. */
    private static final int ROWS = 64;

    /**
     * A vocabulary of 50257 is slow for being odd: its rows begin anywhere in a cache line, and no tensor
     * core takes them. A cut head keeps the remainder by this many.
     */
    private static final long ALIGNMENT = 64;

    /**
     * A head with fewer outputs than this many times its inputs is faster than the whole one
     * (docs/internals/roofline.md).
     */
    private static final long LEAST_HEAD = 12;

    private static final int TIMED = 3;

    private static final int CHOOSING_TURNS = 2;

    /** A call on a CPU lasts about this long at least, so that the way into libtorch and back does not count. */
    private static final double SHORTEST_CALL_SECONDS = 0.002;

    /** On a GPU a call costs more: it copies the count to the device, launches kernels and waits for the result. */
    private static final double SHORTEST_CALL_SECONDS_OF_A_GPU = 0.010;

    /** More rows make no product faster, and take memory that a batch which just fits leaves none of. */
    private static final int MOST_ROWS_OF_A_GPU = 32_768;

    /**
     * What was measured.
     *
     * @param flopsPerSecond by the median time of each shape
     * @param bestFlopsPerSecond by the best time of each shape
     * @param cut how much of the shapes fitted into the time
     */
    public record Reading(double flopsPerSecond, double bestFlopsPerSecond, Cut cut) {}

    /**
     * How much of each shape is multiplied.
     *
     * @param rows tokens at once
     * @param outputs the most outputs of a layer: the vocabulary, or less
     */
    public record Cut(int rows, long outputs) {}

    private record TimedProduct(int parameter, String kind, Cut cut) {}

    private final LanguageModel model;
    private final List<String> kinds;
    private final boolean onGpu;
    private final int tokens;
    /** Of a prefill the rows that the head multiplies, one a sequence; 0 where it has as many as the other layers. */
    private final int headRows;
    /** Those over all tokens; 1 where there are as many. */
    private final double headShare;

    private final List<LinearShape> products;
    private final Way way;
    /** On a GPU: how many products make a call that is long enough, by product. */
    private final Map<TimedProduct, CallLength> callLengths = new HashMap<>();
    /**
     * The highest FLOP/s seen, from which the shapes that fit into the time follow. The latest would shrink the shapes
     * under background load, and few rows are slow by themselves; so the shapes stay, and take longer.
     */
    private double bestFlopsPerSecond;

    /**
     * Chooses how to multiply, by measuring if there is more than one way.
     *
     * @param model with its weights, which are the W of the products
     * @param tokens the rows that the pass multiplies at once: batch x sequence length
     */
    public GemmRoofline(LanguageModel model, Pass pass, int tokens) {
        this(model, pass, tokens, tokens);
    }

    /**
     * The same of a pass whose head has other rows.
     *
     * @param headRows the rows that the head multiplies: of a prefill one a sequence
     */
    public GemmRoofline(LanguageModel model, Pass pass, int tokens, int headRows) {
        this.model = model;
        onGpu = model.place().getDevice().isGpu();
        this.tokens = onGpu ? Math.min(tokens, MOST_ROWS_OF_A_GPU) : tokens;
        boolean fewer = headRows < tokens;
        this.headRows = fewer ? Math.min(headRows, MOST_ROWS_OF_A_GPU) : 0;
        headShare = fewer ? headRows / (double) tokens : 1;
        kinds = !pass.computesGradients() ? List.of("y") : List.of("y", "dx", "dw");
        products = LinearShape.of(model.layout());
        // A GPU multiplies few rows at a hundredth of its speed, and all of them in milliseconds.
        Cut few = onGpu
                ? new Cut(this.tokens, model.spec().config().vocabulary())
                : new Cut(
                        Math.min(tokens, FEWEST_ROWS),
                        fewer ? model.spec().config().vocabulary() : cutHead(0));
        Map<Way, Double> best = new EnumMap<>(Way.class);
        // Interleaved, the best of each: one moment of background load would otherwise decide for the life of the
        // process.
        Set<Way> ways = ways(pass);
        for (int turn = 0; turn < (ways.size() > 1 ? CHOOSING_TURNS : 1); turn++) {
            for (Way one : ways) {
                best.merge(one, reading(one, few).bestFlopsPerSecond(), Math::max);
            }
        }
        way = Collections.max(best.entrySet(), Map.Entry.comparingByValue()).getKey();
        bestFlopsPerSecond = best.get(way);
    }

    private Set<Way> ways(Pass pass) {
        if (model.spec().precision() == Precision.FP32) {
            return EnumSet.of(Way.INTO);
        }
        // The plain products are no faster than those into memory, and dear where 16 bits are emulated.
        if (onGpu) {
            return EnumSet.of(Way.INTO);
        }
        // The program that decodes has no fused layers.
        boolean fuses = pass != Pass.DECODE && LinearKernels.of(model.spec()) == LinearKernels.ONEDNN;
        return fuses ? EnumSet.allOf(Way.class) : EnumSet.of(Way.INTO, Way.FP32);
    }

    /** Measures now, in about the given time if nothing disturbs: shapes are cut to fit, though not below 128 rows. */
    public Reading measure(Duration budget) {
        Reading reading = reading(way, cut(budget.toNanos() / 1e9 * bestFlopsPerSecond / TIMED));
        bestFlopsPerSecond = Math.max(bestFlopsPerSecond, reading.flopsPerSecond());
        return reading;
    }

    /** @param affordable FLOPs for one product of each shape and kind */
    private Cut cut(double affordable) {
        long vocabulary = model.spec().config().vocabulary();
        double others = flopsPerRow(0);
        if (headRows > 0) { // few rows cost little, and fewer outputs would fit into a cache
            double rows = affordable / flopsPerRow(vocabulary);
            return new Cut((int) Math.min(tokens, Math.max(FEWEST_ROWS, rows - rows % ROWS)), vocabulary);
        }
        double perOutput = (flopsPerRow(vocabulary) - others) / vocabulary;
        long outputs = cutHead((long) ((affordable / tokens - others) / perOutput));
        double rows = affordable / flopsPerRow(outputs);
        return new Cut((int) Math.min(tokens, Math.max(FEWEST_ROWS, rows - rows % ROWS)), outputs);
    }

    /** The vocabulary where it is affordable, else less, aligned as the vocabulary is. */
    private long cutHead(long affordable) {
        long vocabulary = model.spec().config().vocabulary();
        long least = Math.min(vocabulary, LEAST_HEAD * model.spec().config().width());
        long wanted = Math.max(affordable, least);
        return wanted >= vocabulary
                ? vocabulary
                : vocabulary - Math.floorDiv(vocabulary - wanted, ALIGNMENT) * ALIGNMENT;
    }

    /** FLOPs a row of one product of each shape and kind, the head with so many outputs. */
    private double flopsPerRow(long outputs) {
        return products.stream()
                        .mapToDouble(product ->
                                product.flopsPerRow() * (isHead(product) ? headShare * outputs / product.out() : 1))
                        .sum()
                * kinds.size();
    }

    private boolean isHead(LinearShape product) {
        return product.out() == model.spec().config().vocabulary();
    }

    private Reading reading(Way how, Cut cut) {
        double flops = 0;
        double median = 0;
        double best = 0;
        for (LinearShape product : products) {
            long out = isHead(product) ? cut.outputs() : product.out();
            boolean ofFewRows = isHead(product) && headRows > 0;
            int rows = ofFewRows ? headRows : cut.rows();
            double wanted = ofFewRows ? cut.rows() * headShare : cut.rows();
            double whole = product.count() * (double) product.out() / out * (wanted / rows);
            try (SingleProduct single = SingleProduct.cut(model, product.parameter(), rows, out, how, kinds)) {
                for (String kind : kinds) {
                    double[] seconds = onGpu
                            ? timesOnGpu(single, kind, new TimedProduct(product.parameter(), kind, cut))
                            : timesOnCpu(single, kind);
                    median += whole * seconds[seconds.length / 2];
                    best += whole * seconds[0];
                    flops += product.count() * product.flopsPerRow() * wanted;
                }
            }
        }
        return new Reading(flops / median, flops / best, cut);
    }

    /** Sorted seconds of one product of one kind. */
    private double[] timesOnGpu(SingleProduct single, String kind, TimedProduct product) {
        return callLengths
                .computeIfAbsent(product, first -> new CallLength(SHORTEST_CALL_SECONDS_OF_A_GPU))
                .secondsOfOne(TIMED, count -> single.seconds(kind, count));
    }

    /** Sorted seconds of one product of one kind. */
    private static double[] timesOnCpu(SingleProduct single, String kind) {
        double once = single.seconds(kind, 1);
        int count = (int) Math.max(1, Math.ceil(SHORTEST_CALL_SECONDS / once));
        // The first call is one of those that count, unless it was too short to: the median does not mind if it was
        // slow.
        DoubleStream first = count == 1 ? DoubleStream.of(once) : DoubleStream.empty();
        return DoubleStream.concat(
                        first,
                        IntStream.range(count == 1 ? 1 : 0, TIMED)
                                .mapToDouble(i -> single.seconds(kind, count) / count))
                .sorted()
                .toArray();
    }
}
