package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.mfujmh.report.chart.Chart;
import org.mfujmh.report.chart.IntervalChart;
import org.mfujmh.report.measured.Answer;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.schema.MetricId;

/** Utilisation: share of the measured roofline, and MFU if a peak is known. */
public final class UtilisationSection {
    private static final int MOST_REASONS = 3;
    private static final int MOST_DRAWN = 40;
    private static final String DECODING = "Decoding is limited by memory, not by compute: it is drawn by its share of"
            + " the bandwidth, and its other shares are in the table.";

    /** A share and its denominator. */
    private record Share(String id, MetricId metric, String formula) {
        String title() {
            return metric.title();
        }
    }

    private static final List<Share> SHARES = List.of(
            new Share(
                    "utilisation",
                    MetricId.ROOFLINE_SHARE,
                    "model FLOP/s / GEMM roofline measured around the iteration, each summed over a fork"),
            new Share(
                    "bandwidth-share",
                    MetricId.BANDWIDTH_SHARE,
                    "bytes of a decoding step / time / bandwidth measured around the iteration, each summed over a fork"),
            new Share(MetricId.MBU.label(), MetricId.MBU, "bytes of a decoding step / time / datasheet bandwidth"),
            new Share(MetricId.MFU.label(), MetricId.MFU, "model FLOP/s (exact) / datasheet peak"),
            new Share("mfu-as-published", MetricId.MFU_AS_PUBLISHED, "as counted by its source"));

    private UtilisationSection() {}

    public static Section of(List<Measured> all) {
        DataTable.Builder table = new DataTable.Builder()
                .text("measurement")
                .text("share of")
                .reading("share", "share")
                .origin();
        List<Chart> charts = new ArrayList<>();
        List<String> sentences = new ArrayList<>();
        for (Share share : inOrder(all)) {
            List<Measured> having = all.stream()
                    .filter(one -> one.reading(share.metric).isPresent())
                    .toList();
            having.forEach(one -> table.row()
                    .add(one.name())
                    .add(share.metric.label())
                    .add(one.reading(share.metric))
                    .origin(one)
                    .end());
            if (!having.isEmpty()) {
                charts.add(chart(share, having, sentences));
            }
        }
        if (charts.isEmpty()) {
            return Section.absent(
                    "utilisation",
                    "Utilisation",
                    "No measurement has a share of a roofline or an MFU; only passes of this suite do.");
        }
        sentences.add(0, charts.get(0).message());
        all.stream()
                .flatMap(one -> one.aboveOne().stream().map(above -> one.name() + ": " + above.reason() + "."))
                .limit(MOST_REASONS)
                .forEach(sentences::add);
        if (all.stream().noneMatch(one -> one.reading(MetricId.MFU).isPresent())) {
            sentences.add("No MFU: " + Answer.whyNoPeak(all));
        }
        return new Section(
                "utilisation",
                "Utilisation",
                String.join(" ", sentences),
                charts,
                Optional.of(table.build()),
                List.of(
                        "roofline_share = model_tflops / roofline_tflops. The roofline is the speed at which this "
                                + "machine multiplies matrices of the pass's own shapes, measured before and after "
                                + "every iteration.",
                        "mfu = tokens/s x FLOPs per token (exact: 6M + 12AT with backward, 2M + 4AT forward) /"
                                + " dense datasheet peak for that precision.",
                        "bandwidth_share = bytes_per_token x tokens_per_s / bandwidth_roofline_gbs: weights and KV cache"
                                + " that a decoding step has to move, over the speed at which this machine reads memory,"
                                + " measured before and after every iteration; mbu is the same over the datasheet's"
                                + " bandwidth.",
                        "Shares above 100 % are shown unchanged; the warnings of the measurement explain them."));
    }

    /** That of the bandwidth first, where all that have it and others decode. */
    private static List<Share> inOrder(List<Measured> all) {
        boolean decoding = all.stream().anyMatch(UtilisationSection::isDecoding)
                && all.stream()
                        .filter(one -> one.reading(MetricId.ROOFLINE_SHARE).isPresent())
                        .allMatch(UtilisationSection::isDecoding);
        return SHARES.stream()
                .sorted(Comparator.comparing(share -> decoding && share.metric != MetricId.BANDWIDTH_SHARE))
                .toList();
    }

    private static boolean isDecoding(Measured one) {
        return one.reading(MetricId.BANDWIDTH_SHARE).isPresent();
    }

    private static Chart chart(Share share, List<Measured> having, List<String> sentences) {
        List<Measured> comparable = comparable(share, having, sentences);
        List<Measured> drawn = Section.first(comparable, MOST_DRAWN, sentences, "measurements");
        Layout layout = Layout.of(drawn);
        IntervalChart chart = new IntervalChart(share.id, share.title(), share.title(), "share").limit(1, "100 %");
        for (Measured one : drawn) {
            chart.add(
                    layout.row().apply(one),
                    layout.series().apply(one),
                    one,
                    one.reading(share.metric).orElseThrow(),
                    share.formula);
        }
        return chart.build(message(share, comparable));
    }

    /** Leaves decoding steps out of the shares of compute if there are other passes: they are about a thousandth. */
    private static List<Measured> comparable(Share share, List<Measured> having, List<String> sentences) {
        List<Measured> others = having.stream().filter(one -> !isDecoding(one)).toList();
        if (share.metric == MetricId.BANDWIDTH_SHARE
                || share.metric == MetricId.MBU
                || others.isEmpty()
                || others.size() == having.size()) {
            return having;
        }
        if (!sentences.contains(DECODING)) {
            sentences.add(DECODING);
        }
        return others;
    }

    private static String message(Share share, List<Measured> having) {
        double low = Double.POSITIVE_INFINITY;
        double high = 0;
        for (Measured one : having) {
            double value = one.reading(share.metric).orElseThrow().value();
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        String range = low == high ? Answer.percent(low) : Answer.percent(low) + " to " + Answer.percent(high);
        return share.title() + ": " + range + ".";
    }
}
