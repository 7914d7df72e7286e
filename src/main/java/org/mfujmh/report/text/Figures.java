package org.mfujmh.report.text;

import java.math.BigInteger;
import java.util.Locale;
import org.mfujmh.compare.Sample;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.MetricId;

/** Formats counts in tables for people. */
final class Figures {
    private static final String[] PREFIXES = {"", " k", " M", " G", " T", " P", " E", " Z", " Y"};

    private Figures() {}

    /** All digits, in groups of three: {@code 124,439,808}. */
    static String exact(BigInteger count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Four significant digits and a prefix: {@code 583.3 G}. */
    static String rounded(BigInteger count) {
        double value = count.doubleValue();
        int prefix = 0;
        while (value >= 999.95 && prefix < PREFIXES.length - 1) {
            value /= 1000;
            prefix++;
        }
        int decimals = prefix == 0 ? 0 : value < 9.9995 ? 3 : value < 99.995 ? 2 : 1;
        return String.format(Locale.ROOT, "%." + decimals + "f%s", value, PREFIXES[prefix]);
    }

    /** A ratio to four decimals. */
    static String ratio(BigInteger count, BigInteger to) {
        return String.format(Locale.ROOT, "%.4f", count.doubleValue() / to.doubleValue());
    }

    /** A share in percent. */
    static String percent(BigInteger part, BigInteger whole) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * part.doubleValue() / whole.doubleValue());
    }

    /** The mean of a metric over fork means; NaN if the entry has none. */
    static double mean(Entry entry, MetricId metric) {
        return entry.secondary(metric)
                .map(found -> Sample.ofForks(found).mean())
                .orElse(Double.NaN);
    }
}
