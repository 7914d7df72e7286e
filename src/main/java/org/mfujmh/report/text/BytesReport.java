package org.mfujmh.report.text;

import static org.mfujmh.report.text.Table.Column.number;
import static org.mfujmh.report.text.Table.Column.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mfujmh.bytes.ByteConvention;
import org.mfujmh.bytes.ByteTerm;
import org.mfujmh.bytes.DecodeBytes;
import org.mfujmh.schema.PassParams;

/** The output of {@code ./mfu flops --bytes}: what a decoding step reads and writes, tensor by tensor, and the sums. */
public record BytesReport(List<DecodeBytes> steps) {

    public String render(OutputFormat format) {
        return switch (format) {
            case JSON -> OutputFormat.json(rows());
            case CSV -> Table.ofRows(rows()).toCsv();
            case TEXT, MARKDOWN -> document(new Document(format)).text();
        };
    }

    private List<Map<String, Object>> rows() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (DecodeBytes step : steps) {
            step.terms().forEach(term -> rows.add(row(step, term)));
        }
        return rows;
    }

    private static Map<String, Object> row(DecodeBytes step, ByteTerm term) {
        int size = step.precision().bytes();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put(PassParams.MODEL, step.model().name());
        row.put("batch", step.sequences());
        row.put("cached", step.cached());
        row.put(PassParams.DTYPE, step.precision().label());
        row.put("kind", term.kind().title());
        row.put("term", term.name());
        row.put("shape", term.shape());
        row.put("count", term.count());
        row.put("bytes", Math.round(term.expected() * size));
        row.put("least", term.least() * size);
        row.put("most", term.most() * size);
        row.put("share", term.expected() * size / step.expected());
        row.put("remark", term.remark());
        return row;
    }

    private Document document(Document document) {
        for (DecodeBytes step : steps) {
            document.heading("%s, decoding: %d %s with %d tokens in the cache, %s"
                    .formatted(
                            step.model().name(),
                            step.sequences(),
                            step.sequences() == 1 ? "sequence" : "sequences",
                            step.cached(),
                            step.precision().label()));
            document.table(terms(step));
            document.table(conventions(step));
        }
        return document.paragraph(
                "A step reads each weight once for all sequences, and each sequence's cache: T tokens are read and one is "
                        + "written; a layer with a window keeps no more than that. "
                        + "Experts count if at least one sequence is expected to choose them. Activations "
                        + "are left out: they are kilobytes, and stay in the processor's caches.");
    }

    private static Table terms(DecodeBytes step) {
        List<List<String>> rows = new ArrayList<>();
        for (ByteTerm term : step.terms()) {
            double bytes = term.expected() * step.precision().bytes();
            rows.add(List.of(
                    term.kind().title(),
                    term.name(),
                    term.shape(),
                    String.valueOf(term.count()),
                    exact(bytes),
                    share(bytes, step),
                    term.remark()));
        }
        rows.add(List.of("sum", "", "", "", exact(step.expected()), share(step.expected(), step), mostOf(step)));
        rows.add(List.of("per new token", "", "", "", exact(step.perToken()), "", ""));
        return new Table(
                List.of(
                        text("what"),
                        text("tensor"),
                        text("shape"),
                        number("count"),
                        number("bytes"),
                        number("share"),
                        text("remark")),
                rows);
    }

    private static String mostOf(DecodeBytes step) {
        return step.most() > step.least() ? exact(step.least()) + " to " + exact(step.most()) : "";
    }

    private static Table conventions(DecodeBytes step) {
        List<List<String>> rows = new ArrayList<>();
        for (ByteConvention convention : ByteConvention.values()) {
            double bytes = convention.of(step);
            rows.add(List.of(
                    convention.metric().label(),
                    exact(bytes),
                    String.format(Locale.ROOT, "%.3f", bytes / step.expected()),
                    convention.formula(),
                    convention.source()));
        }
        return new Table(
                List.of(
                        text("utilization"),
                        number("bytes per step"),
                        number("relative"),
                        text("counts"),
                        text("source")),
                rows);
    }

    private static String exact(double bytes) {
        return String.format(Locale.ROOT, "%,.0f", bytes);
    }

    private static String share(double bytes, DecodeBytes step) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * bytes / step.expected());
    }
}
