package org.mfujmh.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;

/**
 * What {@code gemm=auto} stands for on this machine: both ways to multiply, timed with the linear
 * layers of the model. Some CPUs emulate bf16 five times slower than fp32, others multiply it twice
 * as fast; no name of a CPU tells which.
 *
 * @param gemm the faster way
 * @param nativeFlopsPerSecond in the model's own precision
 * @param upcastFlopsPerSecond kept in 16 bits and multiplied in fp32, conversions included
 */
public record GemmChoice(Gemm gemm, double nativeFlopsPerSecond, double upcastFlopsPerSecond) {

    private static final int ROWS = 256;
    private static final int TRIES = 5;

    /**
     * Measures both ways, a second or two. With fp32 there is one way only, and every GPU that has 16-bit numbers
     * multiplies them: nothing is measured there.
     */
    public static GemmChoice measure(Architecture config, Precision precision, String device, int tokens) {
        if (precision == Precision.FP32 || !device.equals("cpu")) {
            return new GemmChoice(Gemm.NATIVE, Double.NaN, Double.NaN);
        }
        int rows = Math.min(tokens, ROWS);
        try (LanguageModel own = LanguageModel.load(
                        new ModelSpec(config, Program.FUSED, precision, Gemm.NATIVE, Loss.SUM), device);
                LanguageModel upcast = LanguageModel.load(
                        new ModelSpec(config, Program.FUSED, precision, Gemm.UPCAST, Loss.SUM), device)) {
            double flops = 0;
            double ownSeconds = 0;
            double upcastSeconds = 0;
            for (LinearShape product : LinearShape.of(own.layout())) {
                double[] best = bestSeconds(List.of(own, upcast), product, rows);
                flops += product.count() * product.flopsPerRow() * rows;
                ownSeconds += product.count() * best[0];
                upcastSeconds += product.count() * best[1];
            }
            Gemm faster = upcastSeconds < ownSeconds ? Gemm.UPCAST : Gemm.NATIVE;
            return new GemmChoice(faster, flops / ownSeconds, flops / upcastSeconds);
        }
    }

    /** The shortest of a few calls of each, in turn: what else the machine does for a second, it does to both. */
    private static double[] bestSeconds(List<LanguageModel> ways, LinearShape product, int rows) {
        try (NDManager manager = ways.get(0).place().getManager().newSubManager()) {
            NDArray x = narrow(ways.get(0), manager, new Shape(rows, product.in()));
            NDArray w = narrow(ways.get(0), manager, new Shape(product.out(), product.in()));
            NDList arguments =
                    new NDList(x, w, manager.create(1f), LanguageModel.methodName(manager, "product_linear"));
            double[] best = new double[ways.size()];
            Arrays.fill(best, Double.POSITIVE_INFINITY);
            for (int i = 0; i < TRIES; i++) {
                for (int way = 0; way < best.length; way++) {
                    long start = System.nanoTime();
                    ways.get(way).run(arguments);
                    best[way] = Math.min(best[way], (System.nanoTime() - start) / 1e9);
                }
            }
            return best;
        }
    }

    private static NDArray narrow(LanguageModel model, NDManager manager, Shape shape) {
        try (NDArray wide = manager.randomUniform(-1, 1, shape)) {
            NDArray narrow =
                    model.call("narrow", new NDList(wide, model.place())).head();
            narrow.attach(manager);
            return narrow;
        }
    }
}
