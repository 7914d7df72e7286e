package org.mfujmh.flops.executed;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.mfujmh.flops.MatrixProduct;

/**
 * Products that ran in pieces: [m x k][k x n] as several whose m, k or n add up to it. The head is
 * computed so, some columns of the vocabulary at a time, while they are in the cache; and layers, some
 * sequences at a time.
 */
final class ProductPieces {
    private static final List<ToLongFunction<MatrixProduct>> SIZES =
            List.of(MatrixProduct::m, MatrixProduct::k, MatrixProduct::n);

    /** So many shapes may be pieces of one product before all are wanted: each choice among them is tried. */
    private static final int MOST_SHAPES = 12;

    /** Products that ran and are not claimed yet, by shape (canonical). */
    private final Map<MatrixProduct, Long> ran;

    /** @param ran calls by canonical shape, none of them claimed */
    ProductPieces(Map<MatrixProduct, Long> ran) {
        this.ran = new LinkedHashMap<>(ran);
    }

    /** Takes as many of a product as ran as it stands, at most so many; @return how many. */
    long takeWhole(MatrixProduct whole, long calls) {
        long taken = Math.min(calls, ran.getOrDefault(whole, 0L));
        ran.computeIfPresent(whole, (shape, there) -> there == taken ? null : there - taken);
        return taken;
    }

    /**
     * Takes the pieces of so many products of one shape out of what ran.
     *
     * @return how many pieces they were; 0 if no pieces add up to just these products, and nothing
     *     was taken
     */
    long takePieces(MatrixProduct whole, long calls) {
        for (ToLongFunction<MatrixProduct> cut : SIZES) {
            Map<MatrixProduct, Long> sizes = new LinkedHashMap<>();
            ran.keySet().forEach(shape -> {
                MatrixProduct piece = oriented(shape, whole, cut);
                if (piece != null) {
                    sizes.put(shape, cut.applyAsLong(piece));
                }
            });
            Map<MatrixProduct, Long> pieces = thatAddUp(sizes, cut.applyAsLong(whole) * calls);
            if (!pieces.isEmpty()) {
                pieces.forEach(this::takeWhole);
                return pieces.values().stream().mapToLong(Long::longValue).sum();
            }
        }
        return 0;
    }

    /** What nothing claimed. */
    Map<MatrixProduct, Long> left() {
        return ran;
    }

    /**
     * Calls whose sizes have that sum. All of some shapes, of all where they fit, since a shape may be a piece of
     * something else; of one of them perhaps only so many, since it may be a piece of both.
     */
    private Map<MatrixProduct, Long> thatAddUp(Map<MatrixProduct, Long> sizes, long sum) {
        List<MatrixProduct> shapes = List.copyOf(sizes.keySet());
        int all = (1 << Math.min(shapes.size(), MOST_SHAPES)) - 1;
        for (int chosen = all; chosen > 0; chosen--) {
            int choice = chosen;
            Map<MatrixProduct, Long> calls = new LinkedHashMap<>();
            IntStream.range(0, shapes.size())
                    .filter(i -> choice == all || (i < MOST_SHAPES && ((choice >> i) & 1) == 1))
                    .mapToObj(shapes::get)
                    .forEach(shape -> calls.put(shape, ran.get(shape)));
            long beyond = total(calls, sizes) - sum;
            if (beyond > 0) {
                calls.keySet().stream()
                        .filter(shape -> beyond % sizes.get(shape) == 0 && beyond / sizes.get(shape) < calls.get(shape))
                        .findFirst()
                        .ifPresent(shape -> calls.merge(shape, -beyond / sizes.get(shape), Long::sum));
            }
            if (total(calls, sizes) == sum) {
                return calls;
            }
        }
        return Map.of();
    }

    private static long total(Map<MatrixProduct, Long> calls, Map<MatrixProduct, Long> sizes) {
        return calls.keySet().stream()
                .mapToLong(shape -> sizes.get(shape) * calls.get(shape))
                .sum();
    }

    /** The product, or its transpose, as a piece of the whole along one size; null if it is none. */
    private static MatrixProduct oriented(MatrixProduct ran, MatrixProduct whole, ToLongFunction<MatrixProduct> cut) {
        for (MatrixProduct piece : List.of(ran, new MatrixProduct(ran.batch(), ran.n(), ran.k(), ran.m()))) {
            long same = SIZES.stream()
                    .filter(size -> size.applyAsLong(piece) == size.applyAsLong(whole))
                    .count();
            if (piece.batch() == whole.batch()
                    && same == SIZES.size() - 1
                    && cut.applyAsLong(piece) < cut.applyAsLong(whole)) {
                return piece;
            }
        }
        return null;
    }
}
