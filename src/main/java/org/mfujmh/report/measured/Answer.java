package org.mfujmh.report.measured;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mfujmh.compare.Interval;
import org.mfujmh.report.text.NumberFormat;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/**
 * What somebody who opens the page wants to know first.
 *
 * @param lead one sentence
 * @param cards one a model and pass (and device, or file), its fastest batch; at most twelve
 * @param more how many cards there would be besides
 * @param doubts every kind of warning, with the measurements that have it
 */
public record Answer(String lead, List<Card> cards, int more, Map<String, List<Measured>> doubts) {
    private static final int MOST_CARDS = 12;

    /** @param alternatives at how many batch sizes it was measured */
    public record Card(Measured measured, int alternatives, List<Warning> warnings) {}

    public static Answer of(List<Measured> all) {
        Map<List<String>, List<Measured>> groups = new LinkedHashMap<>();
        for (Measured one : all) {
            groups.computeIfAbsent(group(one), group -> new ArrayList<>()).add(one);
        }
        List<Card> cards = groups.values().stream()
                .map(group -> new Card(group.stream().reduce(Answer::faster).orElseThrow(), group.size(), List.of()))
                .toList();
        List<Card> shown = cards.subList(0, Math.min(MOST_CARDS, cards.size())).stream()
                .map(card -> new Card(card.measured, card.alternatives, Warning.of(card.measured)))
                .toList();
        Map<String, List<Measured>> doubts = new LinkedHashMap<>();
        for (boolean serious : new boolean[] {true, false}) {
            for (Measured one : all) {
                Warning.of(one).stream()
                        .filter(warning -> warning.serious() == serious)
                        .forEach(warning -> doubts.computeIfAbsent(warning.kind(), kind -> new ArrayList<>())
                                .add(one));
            }
        }
        return new Answer(lead(all, cards), shown, cards.size() - shown.size(), doubts);
    }

    private static List<String> group(Measured one) {
        return one.mainMetric().equals(MetricId.TOKENS_PER_S.label())
                ? List.of(
                        one.file(), one.device(), one.model(), one.passName(), one.how(), one.param(PassParams.SEQ_LEN))
                : List.of(one.file(), Integer.toString(one.number()));
    }

    private static Measured faster(Measured one, Measured other) {
        return speed(one) >= speed(other) ? one : other;
    }

    private static double speed(Measured one) {
        return one.reading(MetricId.TOKENS_PER_S).map(MetricReading::value).orElse(0.0);
    }

    private static String lead(List<Measured> all, List<Card> cards) {
        List<String> devices = all.stream().map(Measured::device).distinct().toList();
        Optional<Measured> best = cards.stream()
                .map(Card::measured)
                .filter(one -> one.reading(MetricId.TOKENS_PER_S).isPresent())
                .reduce((a, b) -> weight(b) > weight(a) ? b : a);
        if (best.isEmpty()) {
            return String.format(
                    Locale.ROOT,
                    "%,d measurement%s of %s.",
                    all.size(),
                    all.size() == 1 ? "" : "s",
                    devices.size() == 1 ? devices.get(0) : devices.size() + " devices");
        }
        Measured one = best.get();
        MetricReading tokens = one.reading(MetricId.TOKENS_PER_S).orElseThrow();
        String interval = Double.isFinite(tokens.low())
                ? " (" + Interval.TITLE + " " + rounded(tokens.low()) + " to " + rounded(tokens.high()) + ")"
                : "";
        String share = one.reading(MetricId.ROOFLINE_SHARE)
                .map(found -> ", " + percent(found.value()) + " of what it multiplies matrices at")
                .or(() -> one.reading(MetricId.MFU).map(found -> ", an MFU of " + percent(found.value())))
                .orElse("");
        if (devices.size() > 1) {
            return range(all, devices);
        }
        return one.device() + " runs " + one.subject() + ", at " + rounded(tokens.value()) + " tokens/s" + interval
                + share + ".";
    }

    private static String range(List<Measured> all, List<String> devices) {
        List<Measured> bySpeed = all.stream()
                .filter(one -> one.reading(MetricId.TOKENS_PER_S).isPresent())
                .sorted(Comparator.comparingDouble(Answer::speed))
                .toList();
        Measured slow = bySpeed.get(0);
        Measured fast = bySpeed.get(bySpeed.size() - 1);
        return String.format(
                Locale.ROOT,
                "%,d measurements on %d devices: from %s (%s on %s) to %s (%s on %s).",
                all.size(),
                devices.size(),
                value(slow),
                slow.model(),
                slow.device(),
                value(fast),
                fast.model(),
                fast.device());
    }

    /** Training says more of a machine than a forward pass; then what is fastest. */
    private static double weight(Measured one) {
        return (one.pass().filter(pass -> !pass.computesGradients()).isPresent() ? 0 : 1e15) + speed(one);
    }

    /** {@code 818 tok/s}. */
    public static String value(Measured measured) {
        return measured.reading(measured.mainMetric())
                .map(reading -> rounded(reading.value()) + " " + reading.unit())
                .orElse("no value");
    }

    /** Three digits: what people say. */
    public static String rounded(double value) {
        double size = Math.abs(value);
        if (size >= 100 && size < 1e12) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return size >= 1e-3 && size < 100
                ? BigDecimal.valueOf(value)
                        .round(new MathContext(3))
                        .stripTrailingZeros()
                        .toPlainString()
                : NumberFormat.of(value, "");
    }

    public static String percent(double share) {
        return NumberFormat.share(share, 1);
    }

    /** Why there is no MFU, as the runs recorded it. */
    public static String whyNoPeak(List<Measured> all) {
        String reasons = all.stream()
                .flatMap(one -> one.entry().property(RunProperty.PEAK_SOURCE).stream())
                .filter(reason -> !reason.isBlank())
                .map(reason -> reason.replaceFirst("^no datasheet peak: ", ""))
                .distinct()
                .limit(3)
                .collect(Collectors.joining("; "));
        return (reasons.isEmpty() ? "no peak was recorded with these measurements" : reasons) + ".";
    }
}
