package org.mfujmh.search;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mfujmh.BadInput;

/** Parses and formats memory sizes. */
public final class MemorySize {
    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,40}(?:\\.[0-9]{1,40})?)\\s*([A-Za-z]+)");
    private static final Map<String, Long> UNITS = units();

    private MemorySize() {}

    /**
     * Parses {@code 8GiB}, {@code 512MiB} (powers of 1024) or {@code 8GB} (powers of 1000).
     *
     * @param option the option it belongs to, for the message
     * @return bytes, above 0
     * @throws BadInput if it is not a valid size
     */
    public static long parse(String option, String written) {
        Matcher matcher = WRITTEN.matcher(written.strip());
        Long unit = matcher.matches() ? UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw new BadInput("%s %s is not valid. Give a size with a unit, e.g. 8GiB or 512MiB (%s)."
                    .formatted(option, written, "MiB, GiB, TiB are powers of 1024; MB, GB, TB of 1000"));
        }
        BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        if (bytes.setScale(0, RoundingMode.HALF_UP).signum() == 0
                || bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new BadInput(option + " " + written + " is not valid. Give a realistic size above 0.");
        }
        return bytes.setScale(0, RoundingMode.HALF_UP).longValueExact();
    }

    /** {@code 7.87 GiB} or {@code 312.4 MiB}. */
    public static String inWords(long bytes) {
        double gib = (double) bytes / (1L << 30);
        return Math.abs(gib) >= 1
                ? String.format(Locale.ROOT, "%.2f GiB", gib)
                : String.format(Locale.ROOT, "%.1f MiB", (double) bytes / (1L << 20));
    }

    private static Map<String, Long> units() {
        Map<String, Long> units = new LinkedHashMap<>();
        units.put("mib", 1L << 20);
        units.put("gib", 1L << 30);
        units.put("tib", 1L << 40);
        units.put("mb", 1_000_000L);
        units.put("gb", 1_000_000_000L);
        units.put("tb", 1_000_000_000_000L);
        return units;
    }
}
