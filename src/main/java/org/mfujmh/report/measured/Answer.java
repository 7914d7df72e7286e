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
 * The answer that the page shows first.
 *
 * @param lead the headline, one sentence
 * @param cards one per model and pass (and device or file), at its fastest batch; at most twelve
 * @param more number of further cards, not shown
 * @param warnings each kind of warning, with the measurements that have it
 */
public record Answer(String lead, List<Card> cards, int more, Map<String, List<Measured>> warnings) {
    private static final int MOST_CARDS = 12;

    /**
     * @param alternatives number of batch sizes measured
     */
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
        Map<String, List<Measured>> warnings = new LinkedHashMap<>();
        for (boolean serious : new boolean[] {true, false}) {
            for (Measured one : all) {
                Warning.of(one).stream()
                        .filter(warning -> warning.serious() == serious)
                        .forEach(warning -> warnings.computeIfAbsent(warning.kind(), kind -> new ArrayList<>())
                                .add(one));
            }
        }
        return new Answer(lead(all, cards), shown, cards.size() - shown.size(), warnings);
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
                    "%,d measurement%s on %s.",
                    all.size(),
                    all.size() == 1 ? "" : "s",
                    devices.size() == 1 ? devices.get(0) : devices.size() + " devices");
        }
        Measured one = best.get();
        MetricReading tokens = one.reading(MetricId.TOKENS_PER_S).orElseThrow();
        String interval = Double.isFinite(tokens.low())
                ? " (" + Interval.TITLE + " " + rounded(tokens.low()) + " to " + rounded(tokens.high()) + ")"
                : "";
        String share = one.reading(MetricId.BANDWIDTH_SHARE)
                .map(found -> ", " + percent(found.value()) + " of the bandwidth roofline")
                .or(() -> one.reading(MetricId.ROOFLINE_SHARE)
                        .map(found -> ", " + percent(found.value()) + " of the GEMM roofline"))
                .or(() -> one.reading(MetricId.MFU).map(found -> ", an MFU of " + percent(found.value())))
                .orElse("");
        if (devices.size() > 1) {
            return range(all, devices);
        }
        return subject(one) + ": " + rounded(tokens.value()) + " tokens/s" + interval + " on " + one.device() + share
                + ".";
    }

    /** {@code gpt-small forward + backward, batch 3}: model and pass first. */
    private static String subject(Measured one) {
        String model = one.model();
        String setting = one.setting();
        return model.isEmpty() || !setting.startsWith(model)
                ? one.subject()
                : model + " " + one.passName() + setting.substring(model.length());
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

    /** Ranks training above forward passes, then by speed. */
    private static double weight(Measured one) {
        return (one.pass().filter(pass -> !pass.computesGradients()).isPresent() ? 0 : 1e15) + speed(one);
    }

    /** {@code 818 tokens/s}. */
    public static String value(Measured measured) {
        return measured.reading(measured.mainMetric())
                .map(reading -> rounded(reading.value()) + " " + reading.unit())
                .orElse("no value");
    }

    /** Rounds to three significant digits, as in conversation. */
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

    /** Why there is no MFU, as recorded by the runs. */
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
