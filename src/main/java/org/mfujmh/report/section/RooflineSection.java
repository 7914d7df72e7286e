package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.mfujmh.bytes.DecodeBytes;
import org.mfujmh.device.peaks.PeakTable;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.MovedBytes;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Program;
import org.mfujmh.report.chart.Chart;
import org.mfujmh.report.chart.ChartTemplate;
import org.mfujmh.report.chart.Ticks;
import org.mfujmh.report.measured.Answer;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.measured.MetricReading;
import org.mfujmh.report.text.NumberFormat;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;

/** The roofline plot: achieved FLOP/s by arithmetic intensity, below the known ceilings. */
public final class RooflineSection {
    private static final String ID = "roofline";
    private static final String TITLE = "Roofline";
    private static final int MOST_DRAWN = 60;
    private static final int MOST_CEILINGS = 4;
    private static final double TERA = 1e12;
    private static final String COMPUTE_MEASURED = "compute, measured";
    private static final String COMPUTE_DATASHEET = "compute, datasheet";
    private static final String BANDWIDTH = "bandwidth, datasheet";
    private static final String BANDWIDTH_MEASURED = "bandwidth, measured";

    /**
     * @param achieved TFLOP/s
     * @param intensity FLOPs per byte moved
     */
    private record Point(Measured measured, MetricReading achieved, double intensity, double bytes) {}

    private final List<Point> points = new ArrayList<>();
    private final List<Map<String, Object>> ceilings = new ArrayList<>();
    private final Set<String> words = new LinkedHashSet<>();
    private double left;
    private double right;
    private double top;

    private RooflineSection() {}

    public static Section of(List<Measured> all) {
        RooflineSection section = new RooflineSection();
        all.forEach(section::add);
        return section.points.isEmpty()
                ? Section.absent(
                        ID,
                        TITLE,
                        "No measurement is a pass of a known model with TFLOP/s, so no arithmetic intensity is known.")
                : section.build();
    }

    private void add(Measured measured) {
        Optional<MetricReading> achieved = measured.reading(MetricId.MODEL_TFLOPS);
        Optional<Workload> workload = measured.workload();
        Optional<Program> program = measured.program();
        if (achieved.isPresent()
                && workload.isPresent()
                && measured.pass().isPresent()
                && measured.precision().isPresent()
                && (program.isPresent() || measured.pass().equals(Optional.of(PassId.DECODE)))) {
            Pass pass = Pass.of(measured.pass().orElseThrow());
            if (pass == Pass.DECODE) {
                addStep(measured, achieved.get(), workload.get());
                return;
            }
            double bytes = MovedBytes.of(
                            workload.get(),
                            pass,
                            program.get(),
                            measured.precision().orElseThrow().bytes())
                    .doubleValue();
            double flops = workload.get().flops(Convention.EXACT, pass).doubleValue();
            points.add(new Point(measured, achieved.get(), flops / bytes, bytes));
        }
    }

    /** A decoding step, whose bytes are audited; one beyond the context is none. */
    private void addStep(Measured measured, MetricReading achieved, Workload workload) {
        if (workload.tokens() < workload.model().context()) {
            double bytes = new DecodeBytes(
                            workload.model(),
                            workload.batch(),
                            workload.tokens(),
                            measured.precision().orElseThrow())
                    .expected();
            double flops = workload.flops(Convention.EXACT, Pass.DECODE).doubleValue();
            points.add(new Point(measured, achieved, flops / bytes, bytes));
        }
    }

    private Section build() {
        List<String> sentences = new ArrayList<>();
        List<Point> drawn = Section.first(points, MOST_DRAWN, sentences, "passes");
        double lowest = drawn.stream().mapToDouble(one -> one.intensity).min().orElseThrow();
        double highest = drawn.stream().mapToDouble(one -> one.intensity).max().orElseThrow();
        left = lowest / 8;
        right = highest * 4;
        addCeilings(drawn.stream().map(Point::measured).toList());
        double bottom =
                drawn.stream().mapToDouble(one -> one.achieved.value()).min().orElseThrow() / 4;
        top = Math.max(
                top,
                drawn.stream().mapToDouble(one -> one.achieved.value()).max().orElseThrow());
        Layout layout = Layout.of(drawn.stream().map(Point::measured).toList());
        Set<String> series = new LinkedHashSet<>();
        List<Map<String, Object>> marks = new ArrayList<>();
        Map<List<String>, List<Integer>> lines = lines(drawn);
        for (Point one : drawn) {
            String colour = layout.series().apply(one.measured);
            series.add(colour.isEmpty() ? "measured" : colour);
            marks.add(mark(one, colour.isEmpty() ? "measured" : colour, lines.get(line(one.measured))));
        }
        if (lines.values().stream().anyMatch(batches -> batches.size() > 1)) {
            words.add("A line joins the batches of one model and pass, each labelled with its sequences: a larger batch"
                    + " does more FLOPs for each byte.");
        }
        List<String> kinds = List.of(COMPUTE_MEASURED, COMPUTE_DATASHEET, BANDWIDTH_MEASURED, BANDWIDTH).stream()
                .filter(kind -> ceilings.stream().anyMatch(one -> kind.equals(one.get("kind"))))
                .toList();
        Chart chart = new Chart(
                ID,
                "Roofline plot",
                message(drawn),
                ChartTemplate.named("roofline")
                        .with("xDomain", List.of(left, right))
                        .with("yDomain", List.of(bottom, top * 2))
                        .with("xTicks", Ticks.logarithmic(left, right))
                        .with("yTicks", Ticks.logarithmic(bottom, top * 2))
                        .with("kinds", kinds)
                        .with(
                                "dashes",
                                kinds.stream().map(RooflineSection::dash).toList())
                        .with("series", series)
                        .data("ceilings", ceilings)
                        .data("labels", CeilingLabels.of(ceilings, bottom, top * 2))
                        .data("points", marks)
                        .build());
        sentences.add(0, message(drawn));
        sentences.addAll(words);
        return new Section(ID, TITLE, String.join(" ", sentences), List.of(chart), Optional.of(table()), formulas());
    }

    private static List<Integer> dash(String kind) {
        return switch (kind) {
            case COMPUTE_MEASURED, BANDWIDTH_MEASURED -> List.of(1, 0);
            case COMPUTE_DATASHEET -> List.of(7, 4);
            default -> List.of(2, 3);
        };
    }

    /** The batches that were measured of each model and pass, in otherwise equal conditions, in ascending order. */
    private static Map<List<String>, List<Integer>> lines(List<Point> drawn) {
        Map<List<String>, List<Integer>> lines = new LinkedHashMap<>();
        drawn.forEach(one -> lines.computeIfAbsent(line(one.measured), key -> new ArrayList<>())
                .add(one.measured.batch().orElse(0)));
        lines.replaceAll((key, batches) -> batches.stream().distinct().sorted().toList());
        return lines;
    }

    /** Equal for measurements that differ in the batch alone; gemm is how the machine multiplies a batch. */
    private static List<String> line(Measured one) {
        return List.of(
                one.file(),
                one.device(),
                one.model(),
                one.passName(),
                one.param(PassParams.SEQ_LEN),
                one.param(PassParams.DTYPE),
                one.param(PassParams.PROGRAM));
    }

    private static Map<String, Object> mark(Point one, String colour, List<Integer> batches) {
        Map<String, Object> mark = new LinkedHashMap<>();
        int batch = one.measured.batch().orElse(0);
        mark.put("line", String.join(" ", line(one.measured)));
        mark.put("batch", batch);
        mark.put("several", batches.size() > 1);
        mark.put("tag", batch == batches.get(0) ? "batch " + batch : String.valueOf(batch));
        mark.put("series", colour);
        mark.put("intensity", one.intensity);
        mark.put("value", one.achieved.value());
        mark.put("low", one.achieved.low() > 0 ? one.achieved.low() : Double.NaN);
        mark.put("high", one.achieved.high());
        mark.put("name", one.measured.name());
        mark.put(
                "label",
                NumberFormat.of(one.achieved.value(), "TFLOP/s") + " TFLOP/s at " + NumberFormat.of(one.intensity, "")
                        + " FLOPs per byte");
        mark.put("formula", "FLOPs (exact) per second over FLOPs (exact) / bytes moved");
        mark.put("origin", one.measured.origin());
        return mark;
    }

    /**
     * Adds flat ceilings from the measured roofline and the recorded peak, and slanted ones from the datasheet's
     * bandwidth.
     */
    private void addCeilings(List<Measured> drawn) {
        Map<String, Double> measured = new LinkedHashMap<>();
        Map<String, Double> datasheet = new LinkedHashMap<>();
        Map<String, Double> bandwidth = new LinkedHashMap<>();
        Map<String, Double> read = new LinkedHashMap<>();
        PeakTable peaks = PeakTable.load();
        for (Measured one : drawn) {
            one.reading(MetricId.ROOFLINE_TFLOPS)
                    .ifPresent(
                            reading -> measured.merge("measured GEMM roofline" + on(one), reading.value(), Math::max));
            one.reading(MetricId.BANDWIDTH_ROOFLINE_GBS)
                    .ifPresent(reading -> read.merge("measured" + on(one), reading.value(), Math::max));
            OptionalDouble peak = one.peakTflops();
            if (peak.isPresent()) {
                datasheet.put(one.param(PassParams.DTYPE) + " peak" + on(one), peak.getAsDouble());
            }
            if (peaks.match(one.device(), OptionalInt.empty()) instanceof PeakTable.Match.MatchedRow found
                    && found.row().bandwidthGbs().isPresent()) {
                bandwidth.put("memory" + on(one), found.row().bandwidthGbs().getAsDouble());
            }
        }
        double roof = Stream.of(measured, datasheet)
                .flatMap(kind -> kind.values().stream().limit(MOST_CEILINGS))
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
        read.entrySet().stream().limit(MOST_CEILINGS).forEach(one -> slanted(BANDWIDTH_MEASURED, one, roof));
        bandwidth.entrySet().stream().limit(MOST_CEILINGS).forEach(one -> slanted(BANDWIDTH, one, roof));
        measured.entrySet().stream().limit(MOST_CEILINGS).forEach(one -> flat(COMPUTE_MEASURED, one));
        datasheet.entrySet().stream().limit(MOST_CEILINGS).forEach(one -> flat(COMPUTE_DATASHEET, one));
        if (bandwidth.isEmpty() && read.isEmpty()) {
            words.add("No memory bandwidth ceiling is drawn, since no datasheet figure is known for this device.");
        }
        if (datasheet.isEmpty()) {
            words.add("No datasheet peak is recorded, so the measured roofline is the only compute ceiling.");
        }
    }

    private String on(Measured one) {
        return points.stream().map(point -> point.measured.device()).distinct().count() > 1
                ? " of " + one.device()
                : "";
    }

    private void flat(String kind, Map.Entry<String, Double> ceiling) {
        String label = ceiling.getKey() + ": " + Answer.rounded(ceiling.getValue()) + " TFLOP/s";
        for (double x : List.of(left, right)) {
            ceilings.add(Map.of(
                    "ceiling", label, "kind", kind, "intensity", x, "tflops", ceiling.getValue(), "end", x == right));
        }
        top = Math.max(top, ceiling.getValue());
    }

    private void slanted(String kind, Map.Entry<String, Double> ceiling, double roof) {
        double gigabytes = ceiling.getValue();
        double ridge = roof > 0 ? Math.min(right, roof * 1000 / gigabytes) : right;
        String label = ceiling.getKey() + ": " + Answer.rounded(gigabytes) + " GB/s";
        left = Math.min(left, ridge / 8);
        for (double x : List.of(left, ridge)) {
            ceilings.add(Map.of(
                    "ceiling",
                    label,
                    "kind",
                    kind,
                    "intensity",
                    x,
                    "tflops",
                    gigabytes * 1e9 * x / TERA,
                    "end",
                    x == ridge));
        }
    }

    private static String message(List<Point> drawn) {
        Point best = drawn.stream()
                .max((a, b) -> Double.compare(a.achieved.value(), b.achieved.value()))
                .orElseThrow();
        return "The highest rate is " + Answer.rounded(best.achieved.value()) + " TFLOP/s, at "
                + Answer.rounded(best.intensity) + " FLOPs per byte (" + best.measured.name() + ").";
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
                .add(one.measured.name())
                .add(Optional.of(one.achieved))
                .add(one.intensity)
                .add(one.bytes)
                .add(one.measured
                        .reading(MetricId.ROOFLINE_TFLOPS)
                        .map(MetricReading::value)
                        .orElse(Double.NaN))
                .add(one.measured.peakTflops().orElse(Double.NaN))
                .origin(one.measured)
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
