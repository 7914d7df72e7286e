package org.mfujmh.report.text;

import static org.mfujmh.report.text.Table.Column.number;
import static org.mfujmh.report.text.Table.Column.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.TrainingRun;
import org.mfujmh.schema.PassParams;

/**
 * The output of {@code ./mfu flops --tokens}: what a training run costs.
 *
 * @param runs one for each model
 * @param conventions how FLOPs are counted
 * @param cluster what it runs on, if it was named
 * @param device the devices and their peak, in words; empty without
 */
public record TrainingRunReport(
        List<TrainingRun> runs, List<Convention> conventions, Optional<TrainingRun.Cluster> cluster, String device) {

    public String render(OutputFormat format) {
        return switch (format) {
            case JSON -> OutputFormat.json(rows());
            case CSV -> csv().toCsv();
            case TEXT, MARKDOWN ->
                new Document(format)
                        .heading("Training: forward and backward of all tokens"
                                + (device.isEmpty() ? "" : ", " + device))
                        .table(table())
                        .paragraph(
                                "Device-hours are FLOPs / (peak x MFU). The MFU must be that of whole training steps under the convention of its row: the same run has a different MFU under another convention. Recomputed activations count in hfu_* only. ./mfu flops without --tokens shows what each convention counts.")
                        .text();
        };
    }

    private List<Map<String, Object>> rows() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (TrainingRun run : runs) {
            for (Convention convention : conventions) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put(PassParams.MODEL, run.model().name());
                row.put("seq", run.sequence());
                row.put("tokens", whole(run.tokens()));
                row.put("convention", convention.label());
                row.put("flops", run.flops(convention));
                cluster.ifPresent(devices -> {
                    row.put("devices", devices.count());
                    row.put("peak_tflops", devices.peakTflops());
                    row.put("utilization", devices.utilization());
                    row.put("device_hours", rounded(run.deviceHours(convention, devices), 9));
                    row.put("days", rounded(run.days(convention, devices), 9));
                });
                rows.add(row);
            }
        }
        return rows;
    }

    private Table csv() {
        List<Map<String, Object>> rows = rows();
        return new Table(
                rows.get(0).entrySet().stream()
                        .map(field ->
                                field.getValue() instanceof String ? text(field.getKey()) : number(field.getKey()))
                        .toList(),
                rows.stream()
                        .map(row -> row.values().stream()
                                .map(TrainingRunReport::plain)
                                .toList())
                        .toList());
    }

    private Table table() {
        List<Table.Column> columns = new ArrayList<>(List.of(
                text("convention"),
                text("which model"),
                number("tokens"),
                number("per sequence"),
                number("total FLOPs"),
                number("FLOPs")));
        if (cluster.isPresent()) {
            columns.addAll(List.of(number("device-hours"), number("days")));
        }
        List<List<String>> rows = new ArrayList<>();
        for (TrainingRun run : runs) {
            for (Convention convention : conventions) {
                List<String> row = new ArrayList<>(List.of(
                        convention.label(),
                        run.model().name(),
                        plain(run.tokens().stripTrailingZeros()),
                        String.valueOf(run.sequence()),
                        Figures.exact(run.flops(convention)),
                        String.format(Locale.ROOT, "%.4e", new BigDecimal(run.flops(convention)))));
                cluster.ifPresent(devices -> row.addAll(
                        List.of(hours(run.deviceHours(convention, devices)), hours(run.days(convention, devices)))));
                rows.add(row);
            }
        }
        return new Table(columns, rows);
    }

    /** A whole number as one: 1e12 is no integer in every reader of JSON. */
    private static Number whole(BigDecimal value) {
        BigDecimal plain = value.stripTrailingZeros();
        return plain.scale() <= 0 ? plain.toBigIntegerExact() : plain;
    }

    private static String hours(BigDecimal value) {
        return NumberFormat.of(value.doubleValue(), "");
    }

    private static BigDecimal rounded(BigDecimal value, int digits) {
        return value.round(new MathContext(digits)).stripTrailingZeros();
    }

    private static String plain(Object value) {
        return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
    }
}
