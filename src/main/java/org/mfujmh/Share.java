package org.mfujmh;

/** A share as people write it: as a fraction of one or in per cent. */
public final class Share {
    private Share() {}

    /**
     * {@code 0.03} and {@code 3%} are the same.
     *
     * @throws NumberFormatException if it is neither
     */
    public static double parse(String text) {
        String number = text.strip();
        return number.endsWith("%")
                ? Double.parseDouble(number.substring(0, number.length() - 1)) / 100
                : Double.parseDouble(number);
    }
}
