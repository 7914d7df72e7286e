package org.mfujmh.engine.roofline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.LinearShape;

/**
 * The matrix products of one linear layer, written to memory that has been touched: y [M, out] = x [M, in] W^T,
 * and those of its backward pass, dx [M, in] = y W and dW [out, in] = y^T x, where y stands in for
 * the gradient from above. Random data.
 */
public final class SingleProduct implements AutoCloseable {

    /** How they are multiplied. */
    enum Way {
        /** In the model's precision, into memory already touched. */
        INTO,
        /** So too, but y as a forward pass in 16 bits has it: a fresh tensor, of every layer but the head. */
        FRESH,
        /** In fp32. */
        FP32
    }

    private final LanguageModel model;
    private final NDManager manager;
    private final Map<String, NDList> arguments = new TreeMap<>();
    private final NDArray times;

    private SingleProduct(LanguageModel model, NDArray weight, int rows, long outputs, Way way, List<String> products) {
        this.model = model;
        manager = model.place().getManager().newSubManager();
        times = manager.create(1f);
        NDArray height = manager.create((float) rows);
        NDArray w = made("product_weight", firstRows(weight, outputs), manager.create(way == Way.FP32 ? 1f : 0f));
        NDArray out = manager.create((float) outputs);
        NDArray in = manager.create((float) w.getShape().get(1));
        NDArray x = made("product_input", w, height);
        NDArray y = made("product_buffer", w, height, out);
        prepare("y", "product_y", x, w, y);
        if (!products.equals(List.of("y"))) {
            seconds("y", 1); // stands in for the gradient: no zeros, which some devices multiply with less power
        }
        if (way == Way.FRESH) {
            prepare("y", "product_fresh", x, w, y);
        }
        if (products.contains("dx")) {
            prepare("dx", "product_dx", y, w, made("product_buffer", w, height, in));
        }
        if (products.contains("dw")) {
            prepare("dw", "product_dw", y, x, made("product_buffer", w, out, in));
        }
    }

    /**
     * The products of one layer.
     *
     * @param weight the name of its weight in the model's layout, e.g. {@code blocks.0.mlp.up.weight}
     * @param rows M
     * @param wide whether to multiply in fp32 instead of the model's precision
     * @param products which of {@code y}, {@code dx} and {@code dw} will be run
     */
    public static SingleProduct of(LanguageModel model, String weight, int rows, boolean wide, List<String> products) {
        NDArray whole = model.parameter(model.layout().indexOf(weight));
        Way way = wide ? Way.FP32 : Way.INTO;
        return new SingleProduct(model, whole, rows, whole.getShape().get(0), way, products);
    }

    /** The product {@code y} of one row with the model's first matrix: next to no work, but it needs the device. */
    public static SingleProduct tiny(LanguageModel model) {
        LinearShape first = LinearShape.of(model.layout()).get(0);
        return cut(model, first.parameter(), 1, first.out(), Way.INTO, List.of("y"));
    }

    /** Those of the first outputs of a layer alone: W [outputs, in]. */
    static SingleProduct cut(
            LanguageModel model, int parameter, int rows, long outputs, Way way, List<String> products) {
        return new SingleProduct(model, model.parameter(parameter), rows, outputs, way, products);
    }

    /** One product; @return an element of its result, which is there only when it is done. */
    public float run(String product) {
        return model.run(arguments.get(product));
    }

    /** Seconds for this many products, one after the other in one native call. */
    double seconds(String product, int count) {
        times.set(new float[] {count});
        long start = System.nanoTime();
        run(product);
        return (System.nanoTime() - start) / 1e9;
    }

    private void prepare(String product, String method, NDArray a, NDArray b, NDArray into) {
        arguments.put(product, new NDList(a, b, into, times, LanguageModel.methodName(manager, method)));
    }

    /** A view, which is contiguous still. */
    private NDArray firstRows(NDArray weight, long count) {
        if (count == weight.getShape().get(0)) {
            return weight;
        }
        NDArray rows = weight.get(new NDIndex("0:" + count));
        rows.attach(manager);
        return LanguageModel.listed(rows);
    }

    private NDArray made(String method, NDArray... from) {
        NDArray array = model.call(method, new NDList(from)).head();
        array.attach(manager);
        return array;
    }

    @Override
    public void close() {
        manager.close();
    }
}
