package org.mfujmh.report.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mfujmh.compare.GateResult;
import org.mfujmh.compare.Measurement;

/** How the gate prints its result. */
public enum GateFormat {
    TEXT,
    MARKDOWN,
    JSON,
    CSV,
    JUNIT,
    GITHUB;

    /** @param strict as for {@link GateResult#exitCode}: what was not decided is an error and not a warning */
    public String render(GateResult result, boolean strict) {
        GateReport report = new GateReport(result);
        return switch (this) {
            case TEXT -> report.toText();
            case MARKDOWN -> report.toMarkdown();
            case CSV -> report.figures().toCsv();
            case JSON -> OutputFormat.json(json(result));
            case JUNIT -> GateXml.of(result, strict);
            case GITHUB -> {
                addToSummary(report.toMarkdown());
                yield GateAnnotations.of(result, strict);
            }
        };
    }

    /** GitHub shows what steps append to the file that this variable names. */
    private static void addToSummary(String markdown) {
        String summary = System.getenv("GITHUB_STEP_SUMMARY");
        if (summary == null || summary.isBlank()) {
            return;
        }
        try {
            Files.writeString(
                    Path.of(summary),
                    markdown + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            System.err.println("mfu check: GITHUB_STEP_SUMMARY names a file that can't be written: " + e);
        }
    }

    private static Object json(GateResult result) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("verdict", result.verdict().name());
        value.put(
                "measurements",
                result.measurements().stream().map(GateFormat::json).toList());
        value.put("differences", result.differences());
        value.put("warnings", result.warnings());
        return value;
    }

    private static Object json(Measurement one) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("benchmark", one.benchmark());
        value.put("params", one.params());
        value.put("metric", one.metric());
        value.put("baseline", JsonNumber.orNull(one.baseline()));
        value.put("current", JsonNumber.orNull(one.current()));
        value.put("ratio", JsonNumber.orNull(one.ratio().estimate()));
        value.put("low", JsonNumber.orNull(one.ratio().low()));
        value.put("high", JsonNumber.orNull(one.ratio().high()));
        value.put("verdict", one.verdict().name());
        value.put("reason", one.reason());
        value.put("unit", one.unit());
        value.put("forks", List.of(one.baselineForks(), one.currentForks()));
        value.put(
                "forks_needed",
                one.forksNeeded().isPresent() ? one.forksNeeded().getAsInt() : null);
        value.put("rank_p", JsonNumber.orNull(one.rankP()));
        one.raw().ifPresent(raw -> value.put("raw", raw(raw)));
        value.put("warnings", one.warnings());
        return value;
    }

    private static Object raw(Measurement.Raw raw) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("metric", raw.metric());
        value.put("baseline", JsonNumber.orNull(raw.baseline()));
        value.put("current", JsonNumber.orNull(raw.current()));
        value.put("ratio", JsonNumber.orNull(raw.ratio()));
        return value;
    }
}
