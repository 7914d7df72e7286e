package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.mfujmh.device.peaks.PeakTable;
import org.mfujmh.report.measured.Answer;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassParams;

/**
 * The lines that no point of a roofline plot can be above: flat ones for the measured roofline and the recorded peak,
 * slanted ones for the datasheet's bandwidth and the measured one.
 */
final class RooflineCeilings {
    private static final int MOST_CEILINGS = 4;
    private static final double TERA = 1e12;
    private static final String COMPUTE_MEASURED = "compute, measured";
    private static final String COMPUTE_DATASHEET = "compute, datasheet";
    private static final String BANDWIDTH = "bandwidth, datasheet";
    private static final String BANDWIDTH_MEASURED = "bandwidth, measured";

    private final List<Map<String, Object>> ends = new ArrayList<>();
    private final List<String> sentences = new ArrayList<>();
    private double left;
    private final double right;
    private double top;

    /** Over points between these intensities, FLOPs per byte. */
    RooflineCeilings(List<Measured> drawn, double left, double right) {
        this.left = left;
        this.right = right;
        add(drawn, drawn.stream().map(Measured::device).distinct().count() > 1);
    }

    /** Both ends of each. */
    List<Map<String, Object>> ends() {
        return ends;
    }

    /** What a reader is told of those that are missing. */
    List<String> sentences() {
        return sentences;
    }

    /** Where the plot begins, FLOPs per byte: a slanted line needs room left of its ridge. */
    double left() {
        return left;
    }

    double right() {
        return right;
    }

    /** The highest, TFLOP/s; 0 if there is no flat one. */
    double top() {
        return top;
    }

    /** The kinds that there are, for the legend. */
    List<String> kinds() {
        return Stream.of(COMPUTE_MEASURED, COMPUTE_DATASHEET, BANDWIDTH_MEASURED, BANDWIDTH)
                .filter(kind -> ends.stream().anyMatch(one -> kind.equals(one.get("kind"))))
                .toList();
    }

    static List<Integer> dash(String kind) {
        return switch (kind) {
            case COMPUTE_MEASURED, BANDWIDTH_MEASURED -> List.of(1, 0);
            case COMPUTE_DATASHEET -> List.of(7, 4);
            default -> List.of(2, 3);
        };
    }

    private void add(List<Measured> drawn, boolean severalDevices) {
        Map<String, Double> measured = new LinkedHashMap<>();
        Map<String, Double> datasheet = new LinkedHashMap<>();
        Map<String, Double> bandwidth = new LinkedHashMap<>();
        Map<String, Double> read = new LinkedHashMap<>();
        PeakTable peaks = PeakTable.shipped();
        boolean severalPrecisions = drawn.stream()
                        .map(one -> one.param(PassParams.DTYPE))
                        .distinct()
                        .count()
                > 1;
        for (Measured one : drawn) {
            String of = severalDevices ? " of " + one.device() : "";
            one.reading(MetricId.ROOFLINE_TFLOPS)
                    .ifPresent(reading -> measured.merge(
                            "measured GEMM roofline" + (severalPrecisions ? " in " + one.param(PassParams.DTYPE) : "")
                                    + of,
                            reading.value(),
                            Math::max));
            one.reading(MetricId.BANDWIDTH_ROOFLINE_GBS)
                    .ifPresent(reading -> read.merge("measured" + of, reading.value(), Math::max));
            OptionalDouble peak = one.peakTflops();
            if (peak.isPresent()) {
                datasheet.put(one.param(PassParams.DTYPE) + " peak" + of, peak.getAsDouble());
            }
            if (peaks.match(one.device(), OptionalInt.empty()) instanceof PeakTable.Match.MatchedRow found
                    && found.row().bandwidthGbs().isPresent()) {
                bandwidth.put("memory" + of, found.row().bandwidthGbs().getAsDouble());
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
            sentences.add("No memory bandwidth ceiling is drawn, since no datasheet figure is known for this device.");
        }
        if (datasheet.isEmpty()) {
            sentences.add("No datasheet peak is recorded, so the measured roofline is the only compute ceiling.");
        }
    }

    private void flat(String kind, Map.Entry<String, Double> ceiling) {
        String label = ceiling.getKey() + ": " + Answer.rounded(ceiling.getValue()) + " TFLOP/s";
        for (double x : List.of(left, right)) {
            ends.add(Map.of(
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
            ends.add(Map.of(
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
}
