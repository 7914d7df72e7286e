package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mfujmh.report.chart.Chart;
import org.mfujmh.report.chart.ChartTemplate;
import org.mfujmh.report.chart.Ticks;
import org.mfujmh.report.measured.Answer;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.measured.MetricReading;
import org.mfujmh.schema.MetricId;

/** The roofline plot: achieved FLOP/s by arithmetic intensity, below the known ceilings. */
public final class RooflineSection {
    private static final String ID = "roofline";
    private static final String TITLE = "Roofline";
    private static final int MOST_DRAWN = 60;

    private final List<RooflinePoint> points;

    private RooflineSection(List<RooflinePoint> points) {
        this.points = points;
    }

    public static Section of(List<Measured> all) {
        List<RooflinePoint> points =
                all.stream().map(RooflinePoint::of).flatMap(Optional::stream).toList();
        return points.isEmpty()
                ? Section.absent(
                        ID,
                        TITLE,
                        "No measurement is a pass of a known model with TFLOP/s, so no arithmetic intensity is known.")
                : new RooflineSection(points).build();
    }

    private Section build() {
        List<String> sentences = new ArrayList<>();
        List<RooflinePoint> drawn = Section.first(points, MOST_DRAWN, sentences, "passes");
        DoubleSummaryStatistics intensity =
                drawn.stream().mapToDouble(RooflinePoint::intensity).summaryStatistics();
        DoubleSummaryStatistics achieved =
                drawn.stream().mapToDouble(one -> one.achieved().value()).summaryStatistics();
        List<Measured> measured = drawn.stream().map(RooflinePoint::measured).toList();
        RooflineCeilings ceilings = new RooflineCeilings(measured, intensity.getMin() / 8, intensity.getMax() * 4);
        double bottom = achieved.getMin() / 4;
        double top = 2 * Math.max(ceilings.top(), achieved.getMax());
        Map<List<String>, List<Integer>> lines = lines(drawn);
        if (lines.values().stream().anyMatch(batches -> batches.size() > 1)) {
            sentences.add(
                    "A line joins the batches of one model and pass, each labelled with its sequences: a larger batch"
                            + " does more FLOPs for each byte.");
        }
        Layout layout = Layout.of(measured);
        Set<String> series = new LinkedHashSet<>();
        List<Map<String, Object>> marks = new ArrayList<>();
        for (RooflinePoint one : drawn) {
            String colour = layout.series().apply(one.measured());
            String named = colour.isEmpty() ? "measured" : colour;
            series.add(named);
            marks.add(one.mark(named, lines.get(one.line()), bottom));
        }
        CeilingLabels.Plot plot = new CeilingLabels.Plot(ceilings.left(), ceilings.right(), bottom, top);
        Chart chart = new Chart(
                ID,
                "Roofline plot",
                message(drawn),
                ChartTemplate.named("roofline")
                        .with("xDomain", List.of(ceilings.left(), ceilings.right()))
                        .with("yDomain", List.of(bottom, top))
                        .with("xTicks", Ticks.logarithmic(ceilings.left(), ceilings.right()))
                        .with("yTicks", Ticks.logarithmic(bottom, top))
                        .with("kinds", ceilings.kinds())
                        .with(
                                "dashes",
                                ceilings.kinds().stream()
                                        .map(RooflineCeilings::dash)
                                        .toList())
                        .with("series", series)
                        .data("ceilings", ceilings.ends())
                        .data("labels", CeilingLabels.of(ceilings.ends(), marks, plot))
                        .data("points", marks)
                        .build());
        sentences.add(0, message(drawn));
        sentences.addAll(ceilings.sentences());
        return new Section(ID, TITLE, String.join(" ", sentences), List.of(chart), Optional.of(table()), formulas());
    }

    /** The batches that were measured of each model and pass, in otherwise equal conditions, in ascending order. */
    private static Map<List<String>, List<Integer>> lines(List<RooflinePoint> drawn) {
        Map<List<String>, List<Integer>> lines = new LinkedHashMap<>();
        drawn.forEach(one ->
                lines.computeIfAbsent(one.line(), key -> new ArrayList<>()).add(one.batch()));
        lines.replaceAll((key, batches) -> batches.stream().distinct().sorted().toList());
        return lines;
    }

    private static String message(List<RooflinePoint> drawn) {
        RooflinePoint best = drawn.stream()
                .max((a, b) -> Double.compare(a.achieved().value(), b.achieved().value()))
                .orElseThrow();
        return "The highest rate is " + Answer.rounded(best.achieved().value()) + " TFLOP/s, at "
                + Answer.rounded(best.intensity()) + " FLOPs per byte ("
                + best.measured().name() + ").";
    }

    private DataTable table() {
        DataTable.Builder table = new DataTable.Builder()
                .text("measurement")
                .reading("TFLOP/s", "TFLOP/s")
                .number("FLOPs per byte", "")
                .number("bytes moved", "B")
                .number("roofline, TFLOP/s", "TFLOP/s")
                .number("datasheet peak, TFLOP/s", "TFLOP/s")
                .origin();
        points.forEach(one -> table.row()
                .add(one.measured().name())
                .add(Optional.of(one.achieved()))
                .add(one.intensity())
                .add(one.bytes())
                .add(one.measured()
                        .reading(MetricId.ROOFLINE_TFLOPS)
                        .map(MetricReading::value)
                        .orElse(Double.NaN))
                .add(one.measured().peakTflops().orElse(Double.NaN))
                .origin(one.measured())
                .end());
        return table.build();
    }

    private static List<String> formulas() {
        return List.of(
                "arithmetic intensity = FLOPs (exact) / bytes moved. Bytes are modelled, not measured: each matrix "
                        + "product reads both factors once and writes its result once, at the size of the dtype; the "
                        + "T x T attention matrices of the fused program stay on the chip.",
                "compute, measured: the GEMM roofline measured around each iteration; compute, datasheet: the dense "
                        + "peak recorded with the run; bandwidth: bytes/s x intensity, the datasheet's or, where a run decodes, "
                        + "as measured around each iteration. Bytes of a decoding step: weights and KV cache.");
    }
}
