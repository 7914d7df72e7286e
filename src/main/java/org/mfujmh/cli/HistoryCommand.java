package org.mfujmh.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mfujmh.compare.History;
import org.mfujmh.report.text.HistoryReport;
import org.mfujmh.report.text.JsonNumber;
import org.mfujmh.report.text.OutputFormat;
import org.mfujmh.results.ResultPaths;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ./mfu history}: measurements over time. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        description = {
            "Shows each measurement over time, and marks where its level changed (E-divisive means).",
            "The files are taken oldest first; baseline.json is left out, even where it is named: it is a copy of one of them.",
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
    @Mixin
    private ComparedFiles compared;

    @Override
    public Integer call() {
        List<Path> named = compared.paths();
        List<Path> files = ResultPaths.withoutBaselines(named);
        if (files.size() < named.size()) {
            System.err.println("mfu history: baseline.json is left out, as a copy of another run.");
        }
        List<History> histories = History.of(ResultFiles.read(files), compared.metric(), compared.direction());
        HistoryReport report = new HistoryReport(histories);
        System.out.print(
                switch (compared.format()) {
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

    private static Object json(History.HistoryPoint point) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("file", point.file());
        value.put("value", JsonNumber.orNull(point.value().estimate()));
        value.put("low", JsonNumber.orNull(point.value().low()));
        value.put("high", JsonNumber.orNull(point.value().high()));
        value.put("n", point.forks());
        return value;
    }
}
