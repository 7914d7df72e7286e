package org.mfujmh.engine;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.mfujmh.gpt.Pass;
import org.mfujmh.gpt.Precision;

/**
 * How fast this machine multiplies matrices of just the shapes that a pass multiplies: what the pass
 * could reach if it did nothing else. For a forward pass y = x W^T of every linear layer; with
 * backward also dx = y W and dW = y^T x, y standing in for the gradient from above. Random data,
 * results into memory already touched, the fastest way known for the precision: for 16-bit numbers
 * their own product or that of fp32, whichever is faster here.
 *
 * <p>The figure is the sum of FLOPs over the sum of times, each shape as often as the model has it.
 */
public final class GemmRoofline {

    /** Below this many rows a product is no longer what the pass computes: most time goes into packing W. */
    private static final int FEWEST_ROWS = 64;

    private static final int TIMED = 3;
    /** One call lasts at least about this long, so that the way into libtorch and back does not count. */
    private static final double SHORTEST_CALL_SECONDS = 0.002;

    /**
     * What was measured.
     *
     * @param flopsPerSecond by the median time of each shape
     * @param bestFlopsPerSecond by the best time of each shape
     * @param rows tokens multiplied at once, cut to fit the time
     * @param wide whether fp32 products were the faster way
     */
    public record Reading(double flopsPerSecond, double bestFlopsPerSecond, int rows, boolean wide) {}

    private final GptModel model;
    private final Pass pass;
    private final int tokens;
    private final List<MatrixProduct> products;
    private final boolean wide;
    /** FLOP/s seen last: tells how many rows fit into the time. */
    private double expectedFlopsPerSecond;

    /**
     * Decides how to multiply, by measuring both ways where there are two.
     *
     * @param model with its weights, which are the W of the products
     * @param tokens the rows that the pass multiplies at once: batch x sequence length
     */
    public GemmRoofline(GptModel model, Pass pass, int tokens) {
        this.model = model;
        this.pass = pass;
        this.tokens = tokens;
        products = MatrixProduct.of(model.layout());
        int few = Math.min(tokens, 2 * FEWEST_ROWS);
        double own = reading(false, few).flopsPerSecond();
        double fp32 = model.spec().precision() == Precision.FP32
                ? 0
                : reading(true, few).flopsPerSecond();
        wide = fp32 > own;
        expectedFlopsPerSecond = Math.max(own, fp32);
    }

    /** Measures now, in about the given time: rows are cut to fit, though not below 64. */
    public Reading measure(Duration budget) {
        double perRow = products.stream().mapToDouble(this::flopsPerRow).sum();
        double affordable = budget.toNanos() / 1e9 * expectedFlopsPerSecond / ((TIMED + 1) * perRow);
        int rows = (int) Math.min(tokens, Math.max(FEWEST_ROWS, affordable - affordable % FEWEST_ROWS));
        Reading reading = reading(wide, rows);
        expectedFlopsPerSecond = reading.flopsPerSecond();
        return reading;
    }

    private double flopsPerRow(MatrixProduct product) {
        return product.flopsPerRow() * (pass == Pass.FORWARD ? 1 : 3);
    }

    private Reading reading(boolean wide, int rows) {
        double flops = 0;
        double median = 0;
        double best = 0;
        for (MatrixProduct product : products) {
            flops += product.count() * flopsPerRow(product) * rows;
            for (double[] seconds : times(product, wide, rows)) {
                median += product.count() * seconds[seconds.length / 2];
                best += product.count() * seconds[0];
            }
        }
        return new Reading(flops / median, flops / best, rows, wide);
    }

    /** Sorted seconds of each product of one shape: y, and with backward dx and dW. */
    private List<double[]> times(MatrixProduct product, boolean wide, int rows) {
        List<String> kinds = pass == Pass.FORWARD ? List.of("y") : List.of("y", "dx", "dw");
        try (SingleProduct single = SingleProduct.of(model, product.parameter(), rows, wide, kinds)) {
            return kinds.stream().map(kind -> times(single, kind)).toList();
        }
    }

    private static double[] times(SingleProduct single, String kind) {
        double once = single.seconds(kind, 1);
        int count = (int) Math.max(1, Math.ceil(SHORTEST_CALL_SECONDS / once));
        return IntStream.range(0, TIMED)
                .mapToDouble(i -> single.seconds(kind, count) / count)
                .sorted()
                .toArray();
    }
}
