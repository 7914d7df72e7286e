package org.mfujmh.report.text;

import static org.mfujmh.report.text.Table.Column.number;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mfujmh.compare.Interval;
import org.mfujmh.schema.MetricId;

/**
 * Tokens/s by batch size.
 *
 * @param points by batch, smallest first; empty if not requested
 */
public record ThroughputByBatch(List<ThroughputPoint> points) {
    public static final ThroughputByBatch NONE = new ThroughputByBatch(List.of());

    /**
     * @param tokensPerSecond mean over forks with its interval
     */
    public record ThroughputPoint(int batch, Interval tokensPerSecond) {}

    boolean isPresent() {
        return !points.isEmpty();
    }

    Table table() {
        return new Table(
                List.of(number("batch"), number("tokens/s"), number(Interval.TITLE)),
                points.stream()
                        .map(point -> List.of(
                                String.valueOf(point.batch()),
                                figure(point.tokensPerSecond().estimate()),
                                point.tokensPerSecond().isKnown()
                                        ? figure(point.tokensPerSecond().low()) + " .. "
                                                + figure(point.tokensPerSecond().high())
                                        : "-"))
                        .toList());
    }

    /** Says which batch is the fastest, and whether the difference exceeds the noise. */
    String sentence() {
        ThroughputPoint largest = points.get(points.size() - 1);
        ThroughputPoint fastest = points.stream()
                .max(Comparator.comparingDouble(point -> point.tokensPerSecond().estimate()))
                .orElseThrow();
        if (fastest.batch() == largest.batch()) {
            return "Of the measured batches, the largest is also the fastest.";
        }
        boolean apart =
                fastest.tokensPerSecond().low() > largest.tokensPerSecond().high();
        return String.format(
                Locale.ROOT,
                "The largest batch is not the fastest: batch %d gives %.3g x the tokens/s of batch %d%s.",
                fastest.batch(),
                fastest.tokensPerSecond().estimate() / largest.tokensPerSecond().estimate(),
                largest.batch(),
                apart ? "" : ", but their intervals overlap");
    }

    List<Map<String, Object>> json() {
        return points.stream()
                .map(point -> {
                    Map<String, Object> fields = new LinkedHashMap<>();
                    fields.put("batch", point.batch());
                    fields.put(
                            MetricId.TOKENS_PER_S.label(),
                            JsonNumber.orNull(point.tokensPerSecond().estimate()));
                    fields.put("low", JsonNumber.orNull(point.tokensPerSecond().low()));
                    fields.put("high", JsonNumber.orNull(point.tokensPerSecond().high()));
                    return fields;
                })
                .toList();
    }

    private static String figure(double value) {
        if (!Double.isFinite(value) || Math.abs(value) < 0.1) {
            return NumberFormat.threeDigits(value);
        }
        return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.2f" : "%,.0f", value);
    }
}
