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
 * The smallest absolute changes that matter, by unit: going from 1.2e-6 to 4.6e-6 bytes per operation is a factor of
 * four, but irrelevant.
 */
public final class Floors {
    /** No floor at all. */
    public static final Floors NONE = new Floors(List.of());

    /** Floors for metrics that profilers report near zero; never for the score. */
    public static final Floors DEFAULT = new Floors(List.of(
            new Floor(".*", "B/op", 1),
            new Floor("gc\\..*", "MB/sec", 0.1),
            new Floor("gc\\.count", "counts", 1),
            new Floor("gc\\.time", "ms", 1),
            new Floor(".*", "#/op", 0.01),
            new Floor("throttled_.*", "share", 0.01)));

    private final List<Floor> floors;

    /**
     * @param metric a regular expression for labels
     */
    private record Floor(String metric, String unit, double value) {}

    private Floors(List<Floor> floors) {
        this.floors = List.copyOf(floors);
    }

    /**
     * These floors, with others taking precedence.
     *
     * @param texts each {@code UNIT=VALUE}, such as {@code B/op=16}, or {@code none} to drop the default floors
     * @throws BadInput if a text is neither
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
            // Reported below.
        }
        throw new BadInput("'" + PlainText.of(text) + "' is not a valid floor. Write UNIT=VALUE for the smallest "
                + "change that matters in a unit, such as B/op=16, or none.");
    }

    /**
     * The floor for a metric, in its unit.
     *
     * @return 0 if there is none
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

    /** Three significant digits, without trailing zeros. */
    static String number(double value) {
        return new BigDecimal(value)
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }
}
