package org.mfujmh.report.text;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.device.peaks.Peak;
import org.mfujmh.device.peaks.PeakPrecision;
import org.mfujmh.device.peaks.PeakTable.Match;
import org.mfujmh.report.text.Table.Column;

/**
 * The output of {@code ./mfu peaks NAME}.
 *
 * @param name as given
 */
public record PeakAnswer(String name, Match match) {
    private static final int WIDTH = 110;

    public String render(OutputFormat format) {
        return switch (format) {
            case JSON -> OutputFormat.json(value());
            case CSV -> asOneRow().toCsv();
            case TEXT, MARKDOWN -> prose(format);
        };
    }

    private String prose(OutputFormat format) {
        if (match instanceof Match.NoMatch none) {
            return wrap(none.reason());
        }
        Match.MatchedRow found = (Match.MatchedRow) match;
        Peak peak = found.row();
        Table table = new Table(
                List.of(Column.text("precision"), Column.number("dense peak, TFLOP/s"), Column.text("source")),
                Stream.of(PeakPrecision.values())
                        .map(precision -> List.of(
                                precision.label(), PeakListing.cell(peak, precision), sourceCell(peak, precision)))
                        .toList());
        String memory = "Memory %s GiB, %s GB/s%s."
                .formatted(
                        PeakListing.number(peak.memoryGib()),
                        PeakListing.number(peak.bandwidthGbs()),
                        peak.cellSources().containsKey("bandwidth_gbs")
                                ? " (" + peak.cellSources().get("bandwidth_gbs") + ")"
                                : "");
        String clock = peak.boostMhz().isPresent()
                ? " The peaks are at %s MHz.".formatted(PeakListing.number(peak.boostMhz()))
                : "";
        String readThrough = peak.readThrough().isBlank() ? "" : "\n" + wrap("Read via: " + peak.readThrough() + ".");
        return wrap(found.rule()) + "\n" + format.render(table, value()) + "\n" + wrap(memory + clock) + readThrough;
    }

    private static String sourceCell(Peak peak, PeakPrecision precision) {
        if (peak.notInHardware().contains(precision)) {
            return "not in this hardware";
        }
        return peak.tflops(precision).isPresent() ? peak.source(precision) : "no sourced figure";
    }

    /** The object that {@code --format json} prints; its keys are fixed. */
    private Map<String, Object> value() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("name", name);
        if (match instanceof Match.MatchedRow found) {
            Peak peak = found.row();
            value.put("matched", peak.device());
            put(
                    value,
                    peak.tflops(PeakPrecision.FP32),
                    peak.tflops(PeakPrecision.FP16),
                    peak.tflops(PeakPrecision.BF16));
            value.put("source", source(peak));
            value.put("reason", reason(found));
        } else {
            value.put("matched", null);
            put(value, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
            value.put("source", null);
            value.put("reason", ((Match.NoMatch) match).reason());
        }
        return value;
    }

    private static void put(Map<String, Object> value, OptionalDouble fp32, OptionalDouble fp16, OptionalDouble bf16) {
        value.put("fp32_tflops", PeakListing.orNull(fp32));
        value.put("fp16_tflops", PeakListing.orNull(fp16));
        value.put("bf16_tflops", PeakListing.orNull(bf16));
    }

    private static String source(Peak peak) {
        return new TreeMap<>(peak.cellSources())
                .entrySet().stream()
                        .map(cell -> "; " + cell.getKey() + ": " + cell.getValue())
                        .collect(Collectors.joining("", peak.source(), ""));
    }

    /** The rule and, for each peak, its source or whether the hardware or the table lacks it. */
    private static String reason(Match.MatchedRow found) {
        return Stream.of(PeakPrecision.FP32, PeakPrecision.FP16, PeakPrecision.BF16)
                .filter(precision -> found.row().tflops(precision).isEmpty())
                .map(precision -> " %s: %s.".formatted(precision.label(), sourceCell(found.row(), precision)))
                .collect(Collectors.joining("", found.rule(), ""));
    }

    private Table asOneRow() {
        Map<String, Object> value = value();
        return new Table(
                value.keySet().stream().map(Column::text).toList(),
                List.of(value.values().stream()
                        .map(cell -> cell == null ? "" : cell.toString())
                        .toList()));
    }

    private static String wrap(String prose) {
        StringBuilder text = new StringBuilder();
        int column = 0;
        for (String word : prose.split(" ", -1)) {
            if (column > 0 && column + 1 + word.length() > WIDTH) {
                text.append('\n');
                column = 0;
            }
            text.append(column > 0 ? " " : "").append(word);
            column += word.length() + (column > 0 ? 1 : 0);
        }
        return text.append('\n').toString();
    }
}
