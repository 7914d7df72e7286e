package org.mfujmh.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mfujmh.ExitCode;
import org.mfujmh.compare.History;
import org.mfujmh.report.text.HistoryReport;
import org.mfujmh.report.text.JsonNumber;
import org.mfujmh.report.text.OutputFormat;
import org.mfujmh.results.Identity;
import org.mfujmh.results.ResultPaths;
import org.mfujmh.results.RunOrder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ./mfu history} shows measurements over time. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        description = {
            "Shows each measurement over time, and marks where its level changed (E-divisive means).",
            "Files are ordered oldest first: by their recorded time (mfu.time); otherwise by the date of the commits "
                    + "in their names or results, if this is their repository; otherwise by name (2 before 10), or "
                    + "as given if each file was named and the names have no numbers. The output states the order.",
            "baseline.json is ignored, even if named: it is a copy of another run.",
            "A change needs two runs on either side, so a single outlier does not count, and at least "
                    + "nine runs in total. It gives no pass or fail verdict."
        },
        footer = {
            "",
            "Examples:",
            "  ./mfu history results/my-gpu",
            "  ./mfu history monday.json tuesday.json wednesday.json --metric mfu",
            "",
            "See docs/guide/compare-and-gate.md for how to read the result."
        })
final class HistoryCommand implements Callable<Integer> {
    @Mixin
    private ComparedFiles compared;

    @Override
    public Integer call() {
        List<Path> named = compared.paths();
        List<Path> files = ResultPaths.withoutBaselines(named);
        if (files.size() < named.size()) {
            System.err.println("mfu history: baseline.json is ignored, since it is a copy of another run.");
        }
        RunOrder order = RunOrder.of(
                files.stream()
                        .map(file -> new RunOrder.Run(file, Identity.readUnique(file)))
                        .toList(),
                compared.isEachNamed());
        List<History> histories = History.of(ResultFiles.named(order.runs()), compared.metric(), compared.direction());
        HistoryReport report = new HistoryReport(histories, order.reason());
        if (compared.format() == OutputFormat.CSV) {
            System.err.println("mfu history: " + order.reason());
        }
        System.out.print(
                switch (compared.format()) {
                    case TEXT -> report.toText();
                    case MARKDOWN -> report.toMarkdown();
                    case CSV -> report.figures().toCsv();
                    case JSON ->
                        OutputFormat.json(histories.stream()
                                .map(history -> json(history, order.reason()))
                                .toList());
                });
        return ExitCode.OK;
    }

    private static Object json(History history, String order) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("benchmark", history.identity().benchmark());
        value.put("params", history.identity().params());
        value.put("metric", history.metric().name());
        value.put("unit", history.unit());
        value.put("order", order);
        value.put("points", history.points().stream().map(HistoryCommand::json).toList());
        value.put(
                "changes", history.changes().stream().map(HistoryCommand::json).toList());
        value.put("choices", history.choices());
        value.put("conditions", history.conditions());
        return value;
    }

    private static Object json(History.LevelChange change) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("at", change.at());
        value.put("before", JsonNumber.orNull(change.before()));
        value.put("after", JsonNumber.orNull(change.after()));
        value.put("ratio", JsonNumber.orNull(change.ratio()));
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
