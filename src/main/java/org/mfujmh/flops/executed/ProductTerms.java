package org.mfujmh.flops.executed;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.mfujmh.flops.MatrixProduct;
import org.mfujmh.flops.ModelProduct;

/** Products of weights that a model has against those that ran, shape by shape. */
final class ProductTerms {
    private ProductTerms() {}

    /**
     * Products by shape: those of the model, as they stand or in pieces, then what ran beyond them. A piece of one may
     * have the shape of another: where that leaves anything open, pieces are looked for first, those of the largest
     * product before all.
     */
    static List<ExecutedTerm> of(List<ModelProduct> expected, Map<MatrixProduct, Long> executed) {
        Map<MatrixProduct, List<ModelProduct>> byShape = expected.stream()
                .collect(Collectors.groupingBy(
                        product -> product.product().canonical(), LinkedHashMap::new, Collectors.toList()));
        List<ExecutedTerm> asTheyStand = claimed(byShape, executed, false);
        if (asTheyStand.stream().allMatch(ExecutedTerm::explained)) {
            return asTheyStand;
        }
        List<ExecutedTerm> inPieces = claimed(byShape, executed, true);
        return inPieces.stream().allMatch(ExecutedTerm::explained) ? inPieces : asTheyStand;
    }

    private static List<ExecutedTerm> claimed(
            Map<MatrixProduct, List<ModelProduct>> byShape, Map<MatrixProduct, Long> executed, boolean piecesFirst) {
        ProductPieces ran = new ProductPieces(executed);
        Map<MatrixProduct, Long> pieces = new HashMap<>();
        Map<MatrixProduct, Long> whole = new HashMap<>();
        if (piecesFirst) {
            byShape.entrySet().stream()
                    .sorted(Comparator.comparing(entry -> entry.getKey().flops(), Comparator.reverseOrder()))
                    .forEach(entry ->
                            pieces.put(entry.getKey(), ran.takePieces(entry.getKey(), calls(entry.getValue()))));
        }
        byShape.forEach((shape, products) -> {
            if (pieces.getOrDefault(shape, 0L) == 0) {
                whole.put(shape, ran.takeWhole(shape, calls(products)));
            }
        });
        List<ExecutedTerm> terms = new ArrayList<>();
        byShape.forEach((shape, products) -> {
            long there = whole.getOrDefault(shape, 0L);
            long missing = calls(products) - there;
            long taken = pieces.getOrDefault(shape, 0L);
            if (taken == 0 && missing > 0) {
                taken = ran.takePieces(shape, missing);
            }
            terms.add(taken > 0 ? inPieces(shape, products, there + taken) : term(shape, products, there));
        });
        ran.left().forEach((shape, calls) -> terms.add(term(shape, List.of(), calls)));
        return terms;
    }

    private static long calls(List<ModelProduct> products) {
        return products.stream().mapToLong(ModelProduct::count).sum();
    }

    private static String names(List<ModelProduct> products) {
        return products.stream().map(ModelProduct::name).collect(Collectors.joining(", "));
    }

    private static ExecutedTerm inPieces(MatrixProduct shape, List<ModelProduct> products, long calls) {
        BigInteger flops = shape.flops().multiply(BigInteger.valueOf(calls(products)));
        return new ExecutedTerm(
                names(products),
                shape.toString(),
                calls(products),
                calls,
                flops,
                flops,
                true,
                "in " + calls + " pieces, which add up");
    }

    private static ExecutedTerm term(MatrixProduct shape, List<ModelProduct> products, long calls) {
        long expectedCalls = calls(products);
        return new ExecutedTerm(
                names(products),
                shape.toString(),
                expectedCalls,
                calls,
                shape.flops().multiply(BigInteger.valueOf(expectedCalls)),
                shape.flops().multiply(BigInteger.valueOf(calls)),
                expectedCalls == calls,
                expectedCalls == calls ? "" : products.isEmpty() ? "not a product of this model" : "calls differ");
    }
}
