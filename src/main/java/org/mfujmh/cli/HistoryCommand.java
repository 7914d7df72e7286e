package org.mfujmh.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.mfujmh.compare.History;
import org.mfujmh.compare.MetricLabel;
import org.mfujmh.report.HistoryReport;
import org.mfujmh.results.ResultPaths;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./mfu history}: measurements over time. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        description = {
            "Shows each measurement over time, and marks where its level changed (E-divisive means).",
            "A change needs two runs on either side; one odd run is not one. It never gates."
        },
        footer = {
            "",
            "Examples:",
            "  ./mfu history results/my-gpu",
            "  ./mfu history monday.json tuesday.json wednesday.json --metric mfu",
            "",
            "docs/comparing.md says how to read it."
        })
final class HistoryCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = {
                "Result files, oldest first; a folder or a pattern in quotes means every .json in it, by name.",
                "baseline.json is left out: it is a copy of one of them."
            })
    private List<String> arguments = List.of();

    @Option(
            names = "--metric",
            paramLabel = "M",
            description = "score, or a secondary metric. Default: tokens_per_s where all have it, else score.")
    private String metric;

    @Mixin
    private BetterOption better;

    @Option(names = "--format", paramLabel = "F", description = "text, markdown, json or csv. Default: text.")
    private OutputFormat format = OutputFormat.TEXT;

    @Override
    public Integer call() {
        List<Path> named = ResultPaths.of(arguments);
        List<Path> files = ResultPaths.withoutBaselines(named);
        if (files.size() < named.size()) {
            System.err.println("mfu history: baseline.json is left out, as a copy of another run.");
        }
        List<History> histories = History.of(
                ResultFiles.read(files), Optional.ofNullable(metric).map(MetricLabel::new), better.direction());
        HistoryReport report = new HistoryReport(histories);
        System.out.print(
                switch (format) {
                    case TEXT -> report.toText();
                    case MARKDOWN -> report.toMarkdown();
                    case CSV -> report.figures().toCsv();
                    case JSON ->
                        OutputFormat.json(
                                histories.stream().map(HistoryCommand::json).toList());
                });
        return 0;
    }

    private static Object json(History history) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("benchmark", history.identity().benchmark());
        value.put("params", history.identity().params());
        value.put("metric", history.metric().name());
        value.put("unit", history.unit());
        value.put("points", history.points().stream().map(HistoryCommand::json).toList());
        value.put("changes", history.changes());
        return value;
    }

    private static Object json(History.Point point) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("file", point.file());
        value.put("value", JsonNumber.orNull(point.value().estimate()));
        value.put("low", JsonNumber.orNull(point.value().low()));
        value.put("high", JsonNumber.orNull(point.value().high()));
        value.put("n", point.forks());
        return value;
    }
}
