package org.mfujmh.report.text;

import java.util.Locale;

/** How measured values are written for people. */
public final class NumberFormat {
    private NumberFormat() {}

    /** Four significant digits or more; a share in per cent; a dash where there is no number. */
    public static String of(double value, String unit) {
        if (!Double.isFinite(value)) {
            return "-";
        }
        if (unit.equals("share")) {
            return String.format(Locale.ROOT, "%.2f %%", 100 * value);
        }
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-3 || size >= 1e12)) {
            return String.format(Locale.ROOT, "%.3e", value);
        }
        int decimals = size >= 10_000 ? 0 : size >= 100 ? 1 : size >= 1 ? 3 : 5;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /** Every digit, for a program: empty where there is no number. */
    public static String exact(double value) {
        return Double.isFinite(value) ? Double.toString(value) : "";
    }

    /** A ratio to a tenth of a per cent. */
    public static String ratio(double ratio) {
        return Double.isFinite(ratio) ? String.format(Locale.ROOT, ratio < 100 ? "%.3f" : "%,.1f", ratio) : "-";
    }

    /** The same as a change: {@code -4.9 %}. */
    public static String change(double ratio) {
        return Double.isFinite(ratio) ? String.format(Locale.ROOT, "%+.1f %%", 100 * (ratio - 1)) : "-";
    }

    public static String range(double low, double high) {
        return Double.isFinite(low) && Double.isFinite(high) ? ratio(low) + " .. " + ratio(high) : "-";
    }

    /** {@code 3 %}, {@code 2.5 %}. */
    public static String percent(double share) {
        String number = String.format(Locale.ROOT, "%.3f", 100 * share).replaceAll("\\.?0+$", "");
        return number + " %";
    }
}
