package org.mfujmh.report.text;

import java.util.Locale;

/** Formats measured values for people. */
public final class NumberFormat {
    private NumberFormat() {}

    /** At least four significant digits; a share in per cent; a dash if there is not a number. */
    public static String of(double value, String unit) {
        if (!Double.isFinite(value)) {
            return "-";
        }
        if (unit.equals("share")) {
            return share(value, 2);
        }
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        if (size < 1e-3 || size >= 1e12) {
            return String.format(Locale.ROOT, "%.3e", value);
        }
        int decimals = size >= 10_000 ? 0 : size >= 100 ? 1 : size >= 1 ? 3 : 5;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /**
     * A share in per cent, with more decimals if these would show only zeros.
     *
     * @param decimals number of decimals for shares that are large enough
     */
    public static String share(double share, int decimals) {
        if (!Double.isFinite(share)) {
            return "-";
        }
        return String.format(Locale.ROOT, "%." + decimals(100 * share, decimals) + "f %%", 100 * share);
    }

    /** As many decimals as two significant digits need, at least {@code atLeast} and at most nine. */
    private static int decimals(double value, int atLeast) {
        double size = Math.abs(value);
        boolean shows = size == 0 || size >= Math.pow(10, -atLeast);
        return shows ? atLeast : Math.min(9, 1 - (int) Math.floor(Math.log10(size)));
    }

    /** Three significant digits: TFLOP/s range from thousandths (a test model on one core) to hundreds (a GPU). */
    public static String threeDigits(double value) {
        if (!Double.isFinite(value)) {
            return "-";
        }
        if (value == 0) {
            return "0";
        }
        int decimals = Math.max(0, Math.min(9, 2 - (int) Math.floor(Math.log10(Math.abs(value)))));
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** All digits, for programs; empty if there is not a number. */
    public static String exact(double value) {
        return Double.isFinite(value) ? Double.toString(value) : "";
    }

    /** A ratio to a tenth of a per cent; infinite from zero. */
    public static String ratio(double ratio) {
        if (Double.isInfinite(ratio)) {
            return "inf";
        }
        return Double.isFinite(ratio) ? String.format(Locale.ROOT, ratio < 100 ? "%.3f" : "%,.1f", ratio) : "-";
    }

    /** A ratio as a change: {@code -4.9 %}. */
    public static String change(double ratio) {
        return Double.isFinite(ratio) ? String.format(Locale.ROOT, "%+.1f %%", 100 * (ratio - 1)) : "-";
    }

    public static String range(double low, double high) {
        return Double.isFinite(low) && Double.isFinite(high) ? ratio(low) + " .. " + ratio(high) : "-";
    }

    /** {@code 3 %}, {@code 2.5 %}. */
    public static String percent(double share) {
        if (!Double.isFinite(share)) {
            return "-";
        }
        String number = String.format(Locale.ROOT, "%.3f", 100 * share).replaceAll("\\.?0+$", "");
        return number + " %";
    }
}
