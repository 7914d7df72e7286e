package org.mfujmh.report.page;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mfujmh.compare.Interval;
import org.mfujmh.report.measured.Answer;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.measured.MetricReading;
import org.mfujmh.report.measured.Warning;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/** The first screen: one card per model and pass, and all warnings. */
final class AnswerHtml {
    private static final int MOST_NAMED = 3;

    private final Report report;
    private final boolean manyDevices;
    private final boolean manyFiles;

    AnswerHtml(Report report) {
        this.report = report;
        this.manyDevices =
                report.measured().stream().map(Measured::device).distinct().count() > 1;
        this.manyFiles = report.input().files().size() > 1;
    }

    String render() {
        Answer answer = report.answer();
        String cards = answer.cards().stream().map(this::card).collect(Collectors.joining("\n"));
        String more = answer.more() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "<p class=\"more\">%,d more in <a href=\"#measurements\">all measurements</a>.</p>",
                        answer.more());
        return warnings(answer) + "<div class=\"cards" + (answer.cards().size() > 3 ? " many" : "") + "\">" + cards
                + "</div>" + more;
    }

    private String warnings(Answer answer) {
        if (answer.warnings().isEmpty()) {
            return "";
        }
        String lines = answer.warnings().entrySet().stream()
                .map(warning -> "<li><strong>" + HtmlText.escape(warning.getKey()) + "</strong> "
                        + HtmlText.escape(names(warning.getValue())) + "</li>")
                .collect(Collectors.joining());
        boolean serious = report.measured().stream()
                .anyMatch(one -> Warning.of(one).stream().anyMatch(Warning::serious));
        return "<div class=\"warnings" + (serious ? " serious" : "") + "\" role=\"note\" aria-label=\"Warnings\"><ul>"
                + lines + "</ul></div>";
    }

    private String names(List<Measured> measured) {
        if (measured.size() == report.measured().size() && measured.size() > 1) {
            return "(all of them)";
        }
        String names = measured.stream().limit(MOST_NAMED).map(Measured::name).collect(Collectors.joining("; "));
        return "(" + names + (measured.size() > MOST_NAMED ? " and " + (measured.size() - MOST_NAMED) + " more" : "")
                + ")";
    }

    private String card(Answer.Card card) {
        Measured one = card.measured();
        Optional<MetricReading> reading = one.reading(one.mainMetric());
        String interval = reading.map(found -> Double.isFinite(found.low())
                        ? Interval.TITLE + " " + Answer.rounded(found.low()) + " to " + Answer.rounded(found.high())
                                + ", " + found.forks() + " forks"
                        : "no interval: " + found.forks() + (found.forks() == 1 ? " value" : " forks"))
                .orElse("");
        String number = reading.map(found -> Answer.rounded(found.value())).orElse("no value");
        String unit = reading.map(MetricReading::unit).orElse("");
        return "<article class=\"card\"><h3>" + HtmlText.escape(title(one)) + "</h3><p class=\"sub\">"
                + HtmlText.escape(sub(card)) + "</p><p class=\"value\"><span class=\"number\">"
                + HtmlText.escape(number)
                + "</span> " + HtmlText.escape(unit) + "</p><p class=\"interval\">" + HtmlText.escape(interval) + "</p>"
                + shares(one) + chips(card) + "</article>";
    }

    private static String title(Measured one) {
        return one.model().isEmpty() ? one.passName() : one.model() + ", " + one.passName();
    }

    private String sub(Answer.Card card) {
        Measured one = card.measured();
        StringBuilder words = new StringBuilder();
        if (one.batch().isPresent() && !one.param(PassParams.SEQ_LEN).isEmpty()) {
            words.append("batch ")
                    .append(one.param(PassParams.BATCH_SIZE))
                    .append(" x ")
                    .append(one.param(PassParams.SEQ_LEN));
            words.append(card.alternatives() > 1 ? " (fastest of " + card.alternatives() + ")" : "");
        } else if (!one.setting().isEmpty()) {
            words.append(one.setting());
        }
        if (!one.how().isEmpty()) {
            words.append(words.length() == 0 ? "" : ", ").append(one.how());
        }
        if (manyDevices || !manyFiles) {
            words.append(one.isDeviceKnown() ? " · " + one.device() : "");
        }
        return words + (manyFiles && !manyDevices ? " · " + one.file() : "");
    }

    /** The shares of the roofline and the peak, with their denominators. */
    private static String shares(Measured one) {
        StringBuilder bars = new StringBuilder();
        Optional<MetricReading> bandwidth = one.reading(MetricId.BANDWIDTH_SHARE);
        if (bandwidth.isPresent()) {
            bars.append(bar(
                    bandwidth.get(),
                    "of the bandwidth roofline",
                    one.reading(MetricId.BANDWIDTH_ROOFLINE_GBS)
                            .map(roofline -> "measured alongside: " + Answer.rounded(roofline.value()) + " GB/s")
                            .orElse("measured alongside")));
            one.reading(MetricId.MBU)
                    .ifPresent(share -> bars.append(bar(share, "MBU", "of the datasheet's memory bandwidth")));
            return bars.toString();
        }
        one.reading(MetricId.ROOFLINE_SHARE)
                .ifPresent(share -> bars.append(bar(
                        share,
                        "of the GEMM roofline",
                        one.reading(MetricId.ROOFLINE_TFLOPS)
                                .map(roofline ->
                                        "roofline measured alongside: " + Answer.rounded(roofline.value()) + " TFLOP/s")
                                .orElse("roofline measured alongside"))));
        Optional<MetricReading> mfu = one.reading(MetricId.MFU);
        mfu.ifPresent(share -> bars.append(bar(share, "MFU", denominator(one))));
        if (mfu.isEmpty() && one.reading(MetricId.MFU_AS_PUBLISHED).isPresent()) {
            bars.append(bar(
                    one.reading(MetricId.MFU_AS_PUBLISHED).orElseThrow(),
                    "MFU as published",
                    "by the source's own convention"));
        }
        if (mfu.isEmpty() && one.pass().isPresent() && one.publishedBy().isEmpty()) {
            bars.append("<p class=\"denominator\">No MFU: no datasheet peak is known for this device.</p>");
        }
        return bars.toString();
    }

    private static String denominator(Measured one) {
        if (one.peakTflops().isPresent()) {
            return "of " + Answer.rounded(one.peakTflops().getAsDouble()) + " TFLOP/s " + one.param(PassParams.DTYPE)
                    + ": " + one.entry().property(RunProperty.PEAK_SOURCE).orElse("source not recorded");
        }
        return one.publishedBy().map(source -> "source: see Provenance").orElse("peak not recorded");
    }

    private static String bar(MetricReading share, String what, String denominator) {
        double width = Math.max(0, Math.min(1, share.value()));
        return "<div class=\"share\"><p><strong>" + Answer.percent(share.value()) + "</strong> " + HtmlText.escape(what)
                + "</p><svg class=\"bar\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\""
                + " aria-hidden=\"true\"><rect class=\"rest\""
                + " width=\"100\" height=\"4\"/><rect class=\"part\" width=\""
                + String.format(Locale.ROOT, "%.1f", 100 * width) + "\" height=\"4\"/></svg><p class=\"denominator\">"
                + HtmlText.escape(denominator) + "</p></div>";
    }

    private static String chips(Answer.Card card) {
        if (card.warnings().isEmpty()) {
            return "";
        }
        return "<ul class=\"chips\">"
                + card.warnings().stream()
                        .map(warning -> "<li" + (warning.serious() ? " class=\"serious\"" : "") + ">"
                                + HtmlText.escape(warning.detail()) + "</li>")
                        .collect(Collectors.joining())
                + "</ul>";
    }
}
