package org.mfujmh.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
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

    /**
     * Measures both ways, a second or two. With fp32 there is one way only, and every GPU that has 16-bit numbers
     * multiplies them: nothing is measured there.
     */
    public static GemmChoice measure(Architecture config, Precision precision, String device, int tokens) {
        if (precision == Precision.FP32 || !device.equals("cpu")) {
            return new GemmChoice(Gemm.NATIVE, Double.NaN, Double.NaN);
        }
        int rows = Math.min(tokens, ROWS);
        double own = flopsPerSecond(config, precision, Gemm.NATIVE, device, rows);
        double upcast = flopsPerSecond(config, precision, Gemm.UPCAST, device, rows);
        return new GemmChoice(upcast > own ? Gemm.UPCAST : Gemm.NATIVE, own, upcast);
    }

    private static double flopsPerSecond(Architecture config, Precision precision, Gemm gemm, String device, int rows) {
        ModelSpec spec = new ModelSpec(config, Program.FUSED, precision, gemm, Loss.SUM);
        try (GptModel model = GptModel.load(spec, device)) {
            double flops = 0;
            double seconds = 0;
            for (LinearShape product : LinearShape.of(model.layout())) {
                flops += product.count() * product.flopsPerRow() * rows;
                seconds += product.count() * bestSeconds(model, product, rows);
            }
            return flops / seconds;
        }
    }

    private static double bestSeconds(GptModel model, LinearShape product, int rows) {
        try (NDManager manager = model.place().getManager().newSubManager()) {
            NDArray x = narrow(model, manager, new Shape(rows, product.in()));
            NDArray w = narrow(model, manager, new Shape(product.out(), product.in()));
            NDList arguments = new NDList(x, w, manager.create(1f), GptModel.methodName(manager, "product_linear"));
            double best = Double.POSITIVE_INFINITY;
            for (int i = 0; i < 3; i++) {
                long start = System.nanoTime();
                model.run(arguments);
                best = Math.min(best, (System.nanoTime() - start) / 1e9);
            }
            return best;
        }
    }

    private static NDArray narrow(GptModel model, NDManager manager, Shape shape) {
        try (NDArray wide = manager.randomUniform(-1, 1, shape)) {
            NDArray narrow =
                    model.call("narrow", new NDList(wide, model.place())).head();
            narrow.attach(manager);
            return narrow;
        }
    }
}
