package org.mfujmh.report.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mfujmh.WholeFile;
import org.mfujmh.compare.GateResult;
import org.mfujmh.compare.Measurement;

/** The output formats of the gate. */
public enum GateFormat {
    TEXT,
    MARKDOWN,
    JSON,
    CSV,
    JUNIT,
    GITHUB;

    /**
     * @param strict as for {@link GateResult#exitCode}: undecided measurements are errors instead of warnings
     */
    public String render(GateResult result, boolean strict) {
        GateReport report = new GateReport(result);
        return switch (this) {
            case TEXT -> report.toText();
            case MARKDOWN -> report.toMarkdown();
            case CSV -> report.figures().toCsv();
            case JSON -> OutputFormat.json(json(result));
            case JUNIT -> GateXml.of(result, strict);
            case GITHUB -> GateAnnotations.of(result, strict);
        };
    }

    /** What concerns all measurements and has no place in {@link #render}'s output, which in CSV is rows only. */
    public List<String> warningsBeside(GateResult result) {
        return this == CSV ? result.warnings().stream().map(PrintedText::plain).toList() : List.of();
    }

    /**
     * Writes output that does not go to standard output: the job summary, to the file named by GITHUB_STEP_SUMMARY.
     *
     * @throws org.mfujmh.CannotWrite if that file cannot be written
     */
    public void publish(GateResult result) {
        String summary = System.getenv("GITHUB_STEP_SUMMARY");
        if (this != GITHUB || summary == null || summary.isBlank()) {
            return;
        }
        Path file = Path.of(summary);
        try {
            byte[] before = Files.isRegularFile(file) ? Files.readAllBytes(file) : new byte[0];
            WholeFile.write(file, out -> {
                out.write(before);
                out.write((new GateReport(result).toMarkdown() + "\n").getBytes(StandardCharsets.UTF_8));
            });
        } catch (IOException e) {
            throw WholeFile.cannot(file, e);
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
