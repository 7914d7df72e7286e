package org.mfujmh.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.mfujmh.ExitCode;
import org.mfujmh.compare.Grid;
import org.mfujmh.compare.Matrix;
import org.mfujmh.compare.MetricLabel;
import org.mfujmh.report.text.JsonNumber;
import org.mfujmh.report.text.MatrixReport;
import org.mfujmh.report.text.OutputFormat;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.Direction;
import org.mfujmh.schema.MetricId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./mfu compare} shows any number of result files side by side. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Shows JMH result files side by side: before and after, or many devices in one table.",
            "Accepts the JMH JSON of any suite. It gives no verdicts; ./mfu check does.",
            "If no metric is named and all files have tokens_per_s, text output also shows mfu and roofline_share."
        },
        footer = {
            "",
            "Examples:",
            "  ./mfu compare before.json after.json",
            "  ./mfu compare results/published my-gpu.json --by device",
            "  ./mfu compare fused.json notebook.json --by program --metric mfu",
            "",
            "See docs/guide/compare-and-gate.md for how to read the result."
        })
final class CompareCommand implements Callable<Integer> {
    @Mixin
    private ComparedFiles compared;

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            description = "What makes the columns: file, or a parameter or property such as device, program, dtype, "
                    + "commit. Default: file.")
    private String by = "file";

    @Option(
            names = "--ignore",
            paramLabel = "P",
            split = ",",
            description = "Parameters to ignore when matching rows, such as batchSize across GPUs with different "
                    + "memory sizes.")
    private List<String> ignored = List.of();

    @Option(
            names = "--exact",
            description = "Match rows only at equal batch sizes, across devices too. Default: each device at its best "
                    + "batch size, shown in the cell; rows are matched by model, pass, precision and "
                    + "sequence length.")
    private boolean exact;

    @Option(
            names = "--relative-to",
            paramLabel = "R",
            description = "Reference of the ratios: first (column) or best (of the row). Default: first.")
    private Matrix.Reference reference = Matrix.Reference.FIRST;

    @Override
    public Integer call() {
        Map<String, List<Entry>> files = ResultFiles.read(compared.paths());
        // Scores at different batch sizes are not comparable: they count passes, not tokens.
        boolean ofScores = compared.metrics().contains(MetricLabel.SCORE);
        Grid grid = Grid.of(files, by, ignored, exact || ofScores);
        Optional<Direction> direction = compared.direction();
        List<Matrix> matrices = labels(grid.entries()).stream()
                .map(label -> grid.matrix(label, reference, direction))
                .toList();
        System.out.print(compared.format() == OutputFormat.JSON ? json(matrices) : tables(matrices, direction));
        return ExitCode.OK;
    }

    private String tables(List<Matrix> matrices, Optional<Direction> direction) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < matrices.size(); i++) {
            MatrixReport report = new MatrixReport(matrices.get(i), direction);
            boolean last = i == matrices.size() - 1;
            text.append(
                    switch (compared.format()) {
                        case MARKDOWN -> report.toMarkdown(last);
                        case CSV -> report.figures().toCsv();
                        default -> report.toText(last);
                    });
            text.append(last ? "" : "\n");
        }
        return text.toString();
    }

    private List<MetricLabel> labels(List<Entry> entries) {
        List<MetricLabel> named = compared.metrics();
        if (!named.isEmpty()) {
            return named;
        }
        MetricLabel usual = MetricLabel.usual(entries);
        List<MetricLabel> labels = new ArrayList<>(List.of(usual));
        OutputFormat format = compared.format();
        boolean forPeople = format == OutputFormat.TEXT || format == OutputFormat.MARKDOWN;
        if (forPeople && usual.equals(MetricLabel.TOKENS_PER_SECOND)) {
            Stream.of(MetricId.MFU.label(), MetricId.ROOFLINE_SHARE.label())
                    .map(MetricLabel::new)
                    .filter(label -> entries.stream()
                            .flatMap(entry -> label.of(entry).stream())
                            .anyMatch(metric -> Double.isFinite(metric.score())))
                    .forEach(labels::add);
        }
        return labels;
    }

    /** One object, or an array of them for several metrics. */
    private static String json(List<Matrix> matrices) {
        List<Object> values = matrices.stream().map(CompareCommand::json).toList();
        return OutputFormat.json(values.size() == 1 ? values.get(0) : values);
    }

    private static Object json(Matrix matrix) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("metric", matrix.metric().name());
        value.put("files", matrix.columns());
        value.put("rows", matrix.rows().stream().map(CompareCommand::json).toList());
        value.put("geomean", matrix.geomean().stream().map(JsonNumber::orNull).toList());
        value.put("missing", matrix.missing());
        value.put("differences", matrix.differences());
        return value;
    }

    private static Object json(Matrix.MatrixRow row) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("benchmark", row.identity().benchmark());
        value.put("params", row.identity().params());
        value.put(
                "values",
                row.cells().stream()
                        .map(cell -> cell.map(CompareCommand::json).orElse(null))
                        .toList());
        value.put("ratios", row.ratios().stream().map(JsonNumber::orNull).toList());
        return value;
    }

    private static Object json(Matrix.Cell cell) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("value", JsonNumber.orNull(cell.value().estimate()));
        value.put("low", JsonNumber.orNull(cell.value().low()));
        value.put("high", JsonNumber.orNull(cell.value().high()));
        value.put("n", cell.forks());
        if (!cell.batch().isEmpty()) {
            value.put("batch", cell.batch());
        }
        value.put("unit", cell.unit());
        return value;
    }
}
