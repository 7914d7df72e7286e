package org.mfujmh.results;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A unit in a result file, such as {@code ns/op}, {@code ops/ms} or {@code MB/sec}: a numerator, a denominator and a
 * scale. Units of the same kind are convertible. KB, MB and GB are powers of 1024, as in JMH's GC profiler.
 */
public final class Unit {
    /** A kind and a size in its base unit: a millisecond is 0.001 of "time". */
    private record Part(String kind, double size) {
        static final Part ONE = new Part("", 1);
    }

    private static final Map<String, Part> KNOWN = known();
    private static final Map<Character, Double> PREFIXES = Map.of(
            'n', 1e-9, 'u', 1e-6, '\u00b5', 1e-6, 'm', 1e-3, 'k', 1e3, 'K', 1e3, 'M', 1e6, 'G', 1e9, 'T', 1e12, 'P',
            1e15);

    private final Part counted;
    private final Part per;

    private Unit(Part counted, Part per) {
        this.counted = counted;
        this.per = per;
    }

    /** A unit for people: tokens are spelt out, {@code tokens/s} for the files' {@code tok/s}. */
    public static String inWords(String unit) {
        return unit.replaceAll("\\btok\\b", "tokens");
    }

    private static Map<String, Part> known() {
        Map<String, Part> parts = new HashMap<>();
        add(parts, "time", 1e-9, "ns");
        add(parts, "time", 1e-6, "us", "\u00b5s", "\u03bcs");
        add(parts, "time", 1e-3, "ms", "msec");
        add(parts, "time", 1, "s", "sec", "second", "seconds");
        add(parts, "time", 60, "min");
        add(parts, "time", 3600, "hr");
        add(parts, "time", 86_400, "day");
        String prefixes = "KMGTP";
        add(parts, "bytes", 1, "B", "byte", "bytes");
        add(parts, "bytes", 1024, "kB");
        for (int i = 0; i < prefixes.length(); i++) {
            double size = Math.pow(1024, i + 1);
            add(parts, "bytes", size, prefixes.charAt(i) + "B", prefixes.charAt(i) + "iB");
        }
        add(parts, "share", 1, "share");
        add(parts, "share", 0.01, "%");
        add(parts, "operations", 1, "op", "ops");
        add(parts, "tokens", 1, "tok", "token", "tokens");
        add(parts, "events", 1, "#", "count", "counts");
        add(parts, "floating-point operations", 1, "FLOP", "FLOPs");
        add(parts, "joules", 1, "J");
        add(parts, "watts", 1, "W");
        add(parts, "hertz", 1, "Hz");
        return Map.copyOf(parts);
    }

    private static void add(Map<String, Part> parts, String kind, double size, String... names) {
        for (String name : names) {
            parts.put(name, new Part(kind, size));
        }
    }

    /** Parses a unit; empty if it is unknown. */
    public static Optional<Unit> of(String text) {
        String unit = text.strip().replaceFirst("FLOPS$", "FLOP/s");
        int slash = unit.indexOf('/');
        if (slash < 0) {
            return part(unit).map(counted -> new Unit(counted, Part.ONE));
        }
        Optional<Part> per = part(unit.substring(slash + 1));
        return part(unit.substring(0, slash)).flatMap(counted -> per.map(one -> new Unit(counted, one)));
    }

    private static Optional<Part> part(String name) {
        Part whole = KNOWN.get(name);
        if (whole != null) {
            return Optional.of(whole);
        }
        Double prefix = name.isEmpty() ? null : PREFIXES.get(name.charAt(0));
        Part rest = name.isEmpty() ? null : KNOWN.get(name.substring(1));
        // Times and bytes are listed above with all their prefixes.
        boolean takesPrefix = rest != null && !rest.kind.matches("time|bytes|share|events");
        return prefix == null || !takesPrefix ? Optional.empty() : Optional.of(new Part(rest.kind, prefix * rest.size));
    }

    /**
     * The factor that converts a value from one unit to another.
     *
     * @return empty if the units are not convertible
     */
    public static OptionalDouble factor(String from, String to) {
        if (from.equals(to)) {
            return OptionalDouble.of(1);
        }
        Optional<Unit> a = of(from);
        Optional<Unit> b = of(to);
        boolean convert =
                a.isPresent() && b.isPresent() && a.get().kind().equals(b.get().kind());
        return convert ? OptionalDouble.of(a.get().size() / b.get().size()) : OptionalDouble.empty();
    }

    /** Equal for convertible units; an unknown unit is its own kind. */
    public static String kind(String unit) {
        return of(unit).map(Unit::kind).orElse(unit);
    }

    private String kind() {
        return counted.kind + "/" + per.kind;
    }

    private double size() {
        return counted.size / per.size;
    }

    /** Whether it is a plain time or number of bytes: {@code ms}, {@code MB}. */
    public boolean isTimeOrBytes() {
        return per.kind.isEmpty() && (counted.kind.equals("time") || counted.kind.equals("bytes"));
    }

    /** Whether it is a cost per operation: {@code B/op}. */
    public boolean isPerOperation() {
        return per.kind.equals("operations");
    }

    /** Whether it counts bytes or events, whatever time they take: {@code B/op}, {@code MB}. */
    public boolean isAmount() {
        return !per.kind.equals("time") && (counted.kind.equals("bytes") || counted.kind.equals("events"));
    }

    /** Whether it is a speed, operations or tokens per time: {@code ops/ms}. */
    public boolean isSpeed() {
        return per.kind.equals("time") && (counted.kind.equals("operations") || counted.kind.equals("tokens"));
    }
}
