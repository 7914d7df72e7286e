package org.mfujmh.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mfujmh.model.RowProduct;
import org.mfujmh.schema.RunProperty;

/**
 * Chooses how the rows of a decoding step are multiplied on this machine. Which way is the fastest depends on precision,
 * processor, threads, libtorch and the number of rows: with one row in bf16, libtorch 2.7.1 reads a matrix of 57 MB at 8
 * GB/s as a vector and at 16 as an inner product, and 2.13 at 14 and at 9 (two cores of a Xeon with AMX).
 *
 * @param product the fastest way
 * @param seconds what all of the model's matrices take, by way
 */
public record RowProductChoice(RowProduct product, Map<RowProduct, Double> seconds) {
    private static final int FEWEST_TURNS = 3;
    private static final int MOST_TURNS = 15;

    /** The way that {@link RunProperty#ROW_PRODUCT} names in this process; if it names none, the fastest one. */
    static RowProduct ofThisProcess(LanguageModel model, int rows) {
        return RunProperty.ROW_PRODUCT.ofThisProcess().map(RowProduct::of).orElseGet(() -> measure(
                        model, rows, Duration.ZERO)
                .product());
    }

    /**
     * Times every way, interleaved, and keeps the best of each. Ends any session of the model.
     *
     * @param model of {@link LanguageModel#loadDecoder}, with its weights
     * @param rows sequences that are decoded together
     * @param budget for more than {@value #FEWEST_TURNS} turns: the products of a small model are short compared with
     *     what disturbs them
     */
    public static RowProductChoice measure(LanguageModel model, int rows, Duration budget) {
        JniUtils.setGradMode(false);
        Map<RowProduct, Double> seconds = new EnumMap<>(RowProduct.class);
        long start = System.nanoTime();
        for (int turn = 0;
                turn < FEWEST_TURNS || (turn < MOST_TURNS && System.nanoTime() - start < budget.toNanos());
                turn++) {
            try {
                boolean packed = false;
                for (RowProduct way : inBagsLast(candidates(model, rows))) {
                    use(model, way, rows);
                    if (way.inBags() && !packed) {
                        pack(model);
                        packed = true;
                    }
                    seconds.merge(way, secondsOfAll(model, rows), Math::min);
                }
            } finally {
                model.call("decode_end", new NDList(model.place())).close();
            }
        }
        RowProduct fastest = Collections.min(seconds.entrySet(), Map.Entry.comparingByValue())
                .getKey();
        return new RowProductChoice(fastest, seconds);
    }

    /** What is packed is multiplied in bags, whichever way is named. */
    private static List<RowProduct> inBagsLast(List<RowProduct> ways) {
        return ways.stream().sorted(Comparator.comparing(RowProduct::inBags)).toList();
    }

    /** Without oneDNN's operators an inner product is the product of a matrix. */
    private static List<RowProduct> candidates(LanguageModel model, int rows) {
        boolean oneDnn = LinearKernels.here(model.spec().precision()) == LinearKernels.ONEDNN;
        return RowProduct.candidates(rows, model.spec().gemm()).stream()
                .filter(way -> way.unpacked() != RowProduct.INNER_PRODUCT || oneDnn)
                .toList();
    }

    /** Has the model multiply so many rows in this way, in a session that begins then. */
    static void use(LanguageModel model, RowProduct way, int rows) {
        String method = "rows_as_" + way.unpacked().name().toLowerCase(Locale.ROOT);
        model.call(method, new NDList(model.place())).close();
        NDManager manager = model.place().getManager();
        try (NDArray count = manager.create((float) rows);
                NDArray threads = manager.create((float) (way.inBags() ? Torch.threads() : 0))) {
            model.call("rows_in_bags", new NDList(count, threads)).close();
        }
    }

    private static void pack(LanguageModel model) {
        NDList arguments = new NDList(model.place());
        arguments.addAll(model.parameterList());
        model.call("pack_weights", arguments).close();
    }

    private static double secondsOfAll(LanguageModel model, int rows) {
        try (NDArray once = model.place().getManager().create(1f);
                NDArray count = model.place().getManager().create((float) rows)) {
            NDList arguments = new NDList(once, count);
            arguments.addAll(model.parameterList());
            long start = System.nanoTime();
            model.call("read_matrices", arguments).close();
            return (System.nanoTime() - start) / 1e9;
        }
    }
}
