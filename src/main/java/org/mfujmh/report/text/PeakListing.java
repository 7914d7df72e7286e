package org.mfujmh.report.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.mfujmh.device.peaks.Peak;
import org.mfujmh.device.peaks.PeakPrecision;
import org.mfujmh.device.peaks.PeakTable;
import org.mfujmh.report.text.Table.Column;

/** The output of {@code ./mfu peaks}: the whole peak table. */
public record PeakListing(PeakTable table) {
    private static final String LEGEND = """

            Dense peaks in TFLOP/s, FP32 accumulation, boost clock. none: not in the hardware. ?: no sourced figure.
            ./mfu peaks NAME explains one device: its row, why it matches, and the source of each figure.
            """;

    public String render(OutputFormat format) {
        Table drawn =
                new Table(columns(), table.rows().stream().map(PeakListing::row).toList());
        String text = format.render(
                drawn, table.rows().stream().map(PeakListing::value).toList());
        return format == OutputFormat.TEXT ? text + LEGEND : text;
    }

    private static List<Column> columns() {
        List<Column> columns = new ArrayList<>(List.of(Column.text("device")));
        Stream.of(PeakPrecision.values()).forEach(precision -> columns.add(Column.number(precision.label())));
        columns.addAll(List.of(Column.number("GiB"), Column.number("GB/s"), Column.text("source")));
        return columns;
    }

    private static List<String> row(Peak peak) {
        List<String> cells = new ArrayList<>(List.of(peak.device()));
        Stream.of(PeakPrecision.values()).forEach(precision -> cells.add(cell(peak, precision)));
        cells.addAll(List.of(number(peak.memoryGib()), number(peak.bandwidthGbs()), peak.source()));
        return cells;
    }

    /** A peak, {@code none} if the hardware lacks it, {@code ?} if there is no sourced figure. */
    static String cell(Peak peak, PeakPrecision precision) {
        return peak.notInHardware().contains(precision) ? "none" : number(peak.tflops(precision));
    }

    static String number(OptionalDouble value) {
        if (value.isEmpty()) {
            return "?";
        }
        double number = value.getAsDouble();
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }

    private static Map<String, Object> value(Peak peak) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("device", peak.device());
        value.put("names", peak.names());
        Stream.of(PeakPrecision.values())
                .forEach(precision -> value.put(precision.label() + "_tflops", orNull(peak.tflops(precision))));
        value.put(
                "not_in_hardware",
                Stream.of(PeakPrecision.values())
                        .filter(peak.notInHardware()::contains)
                        .map(PeakPrecision::label)
                        .toList());
        value.put("memory_gib", orNull(peak.memoryGib()));
        value.put("bandwidth_gbs", orNull(peak.bandwidthGbs()));
        value.put("boost_mhz", orNull(peak.boostMhz()));
        value.put("source", peak.source());
        value.put("read_through", peak.readThrough());
        value.put("cell_sources", peak.cellSources());
        return value;
    }

    static Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }
}
