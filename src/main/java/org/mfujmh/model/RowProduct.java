package org.mfujmh.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.mfujmh.BadInput;

/**
 * How a decoding step multiplies its rows, one for each sequence, with a matrix on a CPU. All give the same numbers but
 * for rounding: sums are added up in fp32.
 */
public enum RowProduct implements Choice {
    /** As a matrix of few rows. */
    MATRIX("as a matrix"),
    /** As a vector; one row alone. */
    VECTOR("as a vector"),
    /** As a layer of oneDNN's, which has kernels of its own for few rows. */
    INNER_PRODUCT("as an inner product"),
    /** The matrix with the rows as columns, so that the matrix stands first and is read as it lies. */
    TRANSPOSED("transposed"),
    /** The matrices of the layers as sums of their columns, by libtorch's embedding bags; the head as an inner product. */
    BAGS_AND_INNER_PRODUCT("as embedding bags, with the head as an inner product"),
    /** The same, with the head as a vector. */
    BAGS_AND_VECTOR("as embedding bags, with the head as a vector");

    /** Up to so many rows bags are tried: they read faster than a product and compute more slowly. At 16 neither won. */
    private static final int MOST_IN_BAGS = 16;

    private final String words;

    RowProduct(String words) {
        this.words = words;
    }

    /** Whether the matrices of the layers lie in memory as bags want them. */
    public boolean inBags() {
        return this == BAGS_AND_INNER_PRODUCT || this == BAGS_AND_VECTOR;
    }

    /** How matrices are multiplied that stay as they are. */
    public RowProduct unpacked() {
        return switch (this) {
            case BAGS_AND_INNER_PRODUCT -> INNER_PRODUCT;
            case BAGS_AND_VECTOR -> VECTOR;
            default -> this;
        };
    }

    /** @throws BadInput where there is none of that name */
    public static RowProduct of(String label) {
        return Choice.of("way to multiply a row", values(), label);
    }

    /**
     * The ways to multiply so many rows: a vector is one, each row has bags of its own, and what is widened first is
     * multiplied as it is.
     */
    public static List<RowProduct> candidates(int rows, Gemm gemm) {
        return Arrays.stream(values())
                .filter(way -> way == MATRIX || gemm != Gemm.UPCAST)
                .filter(way -> rows == 1 || way.unpacked() != VECTOR)
                .filter(way -> rows <= MOST_IN_BAGS || !way.inBags())
                .toList();
    }

    /** Whether a step can be done in several ways. */
    public static boolean isChoice(String device) {
        return device.equals("cpu");
    }

    /** As in a sentence: multiplied in this way. */
    public String inWords() {
        return words;
    }

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
