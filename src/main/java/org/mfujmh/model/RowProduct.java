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
    TRANSPOSED("transposed");

    private final String words;

    RowProduct(String words) {
        this.words = words;
    }

    /** @throws BadInput where there is none of that name */
    public static RowProduct of(String label) {
        return Choice.of("way to multiply a row", values(), label);
    }

    /** The ways that can be told apart with so many rows. */
    public static List<RowProduct> candidates(int rows) {
        return Arrays.stream(values()).filter(way -> way != VECTOR || rows == 1).toList();
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
