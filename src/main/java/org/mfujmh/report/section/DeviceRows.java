package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.compare.Interval;
import org.mfujmh.report.measured.Answer;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassParams;

/**
 * What several devices have in common. A row is a model and pass at one length and precision; each device has it at the
 * batch with the most tokens per second.
 */
final class DeviceRows {
    private final boolean lengthsDiffer;
    private final boolean precisionsDiffer;
    private final Map<List<String>, Measured> best = new LinkedHashMap<>();

    private DeviceRows(List<Measured> comparable) {
        lengthsDiffer = differ(comparable, PassParams.SEQ_LEN);
        precisionsDiffer = differ(comparable, PassParams.DTYPE);
        comparable.forEach(one -> best.merge(List.of(row(one), one.device()), one, DeviceRows::faster));
    }

    /** Of those with tokens per second and a known device; there may be none. */
    static DeviceRows of(List<Measured> all) {
        return new DeviceRows(all.stream()
                .filter(one -> one.isDeviceKnown()
                        && one.reading(MetricId.TOKENS_PER_S).isPresent())
                .toList());
    }

    private static boolean differ(List<Measured> all, String param) {
        return all.stream().map(one -> one.param(param)).distinct().count() > 1;
    }

    /** {@code gpt-small, forward}, with tokens and precision where these differ. */
    String row(Measured one) {
        String tokens = one.param(PassParams.SEQ_LEN);
        return Stream.of(
                        one.model(),
                        one.passName(),
                        lengthsDiffer && !tokens.isEmpty() ? tokens + " tokens" : "",
                        precisionsDiffer ? one.param(PassParams.DTYPE) : "")
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", "));
    }

    /** One for each row and device that has it. */
    Collection<Measured> best() {
        return best.values();
    }

    List<String> devices() {
        return best.values().stream().map(Measured::device).distinct().toList();
    }

    private static Measured faster(Measured one, Measured other) {
        return speed(one) >= speed(other) ? one : other;
    }

    private static double speed(Measured one) {
        return one.reading(MetricId.TOKENS_PER_S).orElseThrow().value();
    }

    /** The row that most devices share, and by what factor they differ there; empty if they share none. */
    Optional<String> comparison() {
        Map<String, List<Measured>> rows = new LinkedHashMap<>();
        best.values().forEach(one -> rows.computeIfAbsent(row(one), row -> new ArrayList<>())
                .add(one));
        return rows.values().stream()
                .reduce((a, b) -> b.size() > a.size() ? b : a)
                .filter(shared -> shared.size() > 1)
                .map(this::comparison);
    }

    private String comparison(List<Measured> shared) {
        Measured fast = shared.stream().reduce(DeviceRows::faster).orElseThrow();
        Measured slow =
                shared.stream().reduce((a, b) -> speed(a) <= speed(b) ? a : b).orElseThrow();
        return String.format(
                "%s: %s reaches %s, %s %s (%s)%s.",
                row(fast),
                fast.device(),
                Answer.value(fast),
                more(speed(fast) / speed(slow)),
                slow.device(),
                Answer.value(slow),
                overlap(fast, slow) ? "; their " + Interval.PERCENT + " intervals overlap" : "");
    }

    /** {@code 2.3 times as much as}; a factor below 2 as a percentage. */
    private static String more(double factor) {
        return factor < 2
                ? String.format(Locale.ROOT, "%.1f %% more than", 100 * (factor - 1))
                : String.format(Locale.ROOT, "%,.1f times as much as", factor);
    }

    private static boolean overlap(Measured fast, Measured slow) {
        return fast.reading(MetricId.TOKENS_PER_S).orElseThrow().low()
                <= slow.reading(MetricId.TOKENS_PER_S).orElseThrow().high();
    }
}
