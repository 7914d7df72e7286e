package org.mfujmh.compare;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.mfujmh.BadInput;
import org.mfujmh.results.PlainText;
import org.mfujmh.results.Unit;

/**
 * The smallest changes that can matter, in the unit of the values: 1.2e-6 to 4.6e-6 bytes an operation is four times as
 * much, and nothing.
 */
public final class Floors {
    /** No floor at all. */
    public static final Floors NONE = new Floors(List.of());

    /** What profilers report where they have seen next to nothing; never the score. */
    public static final Floors DEFAULT = new Floors(List.of(
            new Floor(".*", "B/op", 1),
            new Floor("gc\\..*", "MB/sec", 0.1),
            new Floor("gc\\.count", "counts", 1),
            new Floor("gc\\.time", "ms", 1),
            new Floor(".*", "#/op", 0.01),
            new Floor("throttled_.*", "share", 0.01)));

    private final List<Floor> floors;

    /** @param metric a pattern of labels */
    private record Floor(String metric, String unit, double value) {}

    private Floors(List<Floor> floors) {
        this.floors = List.copyOf(floors);
    }

    /**
     * These floors with others before them.
     *
     * @param texts each {@code UNIT=VALUE}, such as {@code B/op=16}, or {@code none} for no floor but what follows
     * @throws BadInput where one is neither
     */
    public Floors with(List<String> texts) {
        List<Floor> all = new ArrayList<>();
        List<Floor> rest = floors;
        for (String text : texts) {
            if (text.strip().equals("none")) {
                rest = List.of();
            } else {
                all.add(0, parse(text));
            }
        }
        all.addAll(rest);
        return new Floors(all);
    }

    private static Floor parse(String text) {
        int equals = text.lastIndexOf('=');
        try {
            double value = Double.parseDouble(text.substring(equals + 1).strip());
            if (equals > 0 && value >= 0 && Double.isFinite(value)) {
                return new Floor(".*", text.substring(0, equals).strip(), value);
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw new BadInput("'" + PlainText.of(text) + "' is no floor: write a unit and the smallest change in it that"
                + " matters, such as B/op=16, or none.");
    }

    /**
     * The floor for a metric, in its unit.
     *
     * @return 0 where there is none
     */
    double of(MetricLabel metric, String unit) {
        for (Floor floor : floors) {
            OptionalDouble factor = Unit.factor(floor.unit, unit);
            if (factor.isPresent() && metric.name().matches(floor.metric)) {
                return floor.value * factor.getAsDouble();
            }
        }
        return 0;
    }

    /** Three digits, and no zeros after them. */
    static String number(double value) {
        return new BigDecimal(value)
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }
}
