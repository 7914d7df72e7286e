package org.mfujmh.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.mfujmh.model.RowProduct;
import org.mfujmh.schema.RunProperty;

/**
 * Chooses how a row of 16-bit numbers is multiplied on this machine. oneDNN multiplies it as a matrix, libtorch's own
 * kernel as a vector; which is faster depends on processor, threads and libtorch.
 *
 * @param product the faster way
 * @param seconds what all of the model's matrices take, by way
 */
public record RowProductChoice(RowProduct product, Map<RowProduct, Double> seconds) {
    private static final int TURNS = 3;

    /** The way that {@link RunProperty#ROW_PRODUCT} names in this process; if it names none, the faster one. */
    static RowProduct ofThisProcess(GptModel model) {
        return RunProperty.ROW_PRODUCT.ofThisProcess().map(RowProduct::of).orElseGet(() -> measure(model)
                .product());
    }

    /**
     * Times both ways, interleaved, and keeps the best of each.
     *
     * @param model of {@link GptModel#loadDecoder}, with its weights
     */
    public static RowProductChoice measure(GptModel model) {
        JniUtils.setGradMode(false);
        Map<RowProduct, Double> seconds = new EnumMap<>(RowProduct.class);
        for (int turn = 0; turn < TURNS; turn++) {
            for (RowProduct way : RowProduct.values()) {
                use(model, way);
                seconds.merge(way, secondsOfAll(model), Math::min);
            }
        }
        RowProduct faster = Collections.min(seconds.entrySet(), Map.Entry.comparingByValue())
                .getKey();
        return new RowProductChoice(faster, seconds);
    }

    /** Has the model multiply a row in this way. */
    static void use(GptModel model, RowProduct way) {
        try (NDArray flag = model.place().getManager().create(way == RowProduct.VECTOR ? 1f : 0f)) {
            model.call("multiply_by_vector", new NDList(flag)).close();
        }
    }

    private static double secondsOfAll(GptModel model) {
        try (NDArray once = model.place().getManager().create(1f)) {
            NDList arguments = new NDList(once);
            arguments.addAll(model.parameterList());
            long start = System.nanoTime();
            model.call("read_matrices", arguments).close();
            return (System.nanoTime() - start) / 1e9;
        }
    }
}
