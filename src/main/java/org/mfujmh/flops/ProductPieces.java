package org.mfujmh.flops;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Products that ran in pieces: [m x k][k x n] as several whose m, k or n add up to it. The head is
 * computed so, some columns of the vocabulary at a time, while they are in the cache.
 */
final class ProductPieces {
    private static final List<ToLongFunction<MatrixProduct>> SIZES =
            List.of(MatrixProduct::m, MatrixProduct::k, MatrixProduct::n);

    /** Products that ran and are not claimed yet, by shape (canonical). */
    private final Map<MatrixProduct, Long> surplus;

    /** @param surplus calls by canonical shape, beyond those that match a product as it stands */
    ProductPieces(Map<MatrixProduct, Long> surplus) {
        this.surplus = new LinkedHashMap<>(surplus);
    }

    /**
     * Takes the pieces of so many products of one shape out of the surplus.
     *
     * @return how many pieces they were; 0 where no pieces add up to just these products, and nothing
     *     was taken
     */
    long take(MatrixProduct whole, long missing) {
        for (ToLongFunction<MatrixProduct> cut : SIZES) {
            Map<MatrixProduct, Long> pieces = new LinkedHashMap<>();
            long size = 0;
            for (Map.Entry<MatrixProduct, Long> ran : surplus.entrySet()) {
                MatrixProduct piece = oriented(ran.getKey(), whole, cut);
                if (piece != null) {
                    pieces.put(ran.getKey(), ran.getValue());
                    size += cut.applyAsLong(piece) * ran.getValue();
                }
            }
            if (size == cut.applyAsLong(whole) * missing) {
                pieces.keySet().forEach(surplus::remove);
                return pieces.values().stream().mapToLong(Long::longValue).sum();
            }
        }
        return 0;
    }

    /** What nothing claimed. */
    Map<MatrixProduct, Long> left() {
        return surplus;
    }

    /** The product, or its transpose, as a piece of the whole along one size; null where it is none. */
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
