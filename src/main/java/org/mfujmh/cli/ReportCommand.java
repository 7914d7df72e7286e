package org.mfujmh.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.ExitCode;
import org.mfujmh.WholeFile;
import org.mfujmh.report.measured.Input;
import org.mfujmh.report.page.Report;
import org.mfujmh.results.PlainText;
import org.mfujmh.results.ResultPaths;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./mfu report} makes one page of result files. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Makes one self-contained HTML page of JMH result files: answer, charts, tables and provenance.",
            "Accepts the JMH JSON of any suite. Two files are compared as before and after. The page opens from disk"
                    + " and needs no network."
        },
        footer = {
            "",
            "Charts for --chart: throughput, utilisation, mfu, change, devices, roofline,",
            "flops, backward, conventions, memory, iterations-1, ... These are the anchors on",
            "the page; which of them exist depends on the data in the files.",
            "",
            "Examples:",
            "  ./mfu report results/*/*.json",
            "  ./mfu report before.json after.json -o change.html",
            "  ./mfu report new.json --baseline results/my-gpu/baseline.json -o report.md",
            "  ./mfu report results/published -o devices.svg --chart devices"
        })
final class ReportCommand implements Callable<Integer> {
    private enum Format {
        HTML,
        MARKDOWN,
        SVG,
        PNG
    }

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Result files; a folder or a quoted pattern stands for every .json in it except "
                    + "baseline.json.")
    private List<String> arguments = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "The file to write; the extension html, md, svg or png sets the format. Default: report.html.")
    private Path output;

    @Option(
            names = "--format",
            paramLabel = "F",
            description = "html, markdown, svg or png, regardless of the file's extension.")
    private Format format;

    @Option(
            names = "--chart",
            paramLabel = "C",
            description = "The chart to draw as svg or png; takes a few seconds and needs no browser. Default: "
                    + "throughput.")
    private String chart;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description =
                    "The file to compare with (before); the one other file is after. Default: of two files the one"
                            + " called baseline.json, or else the first.")
    private Path baseline;

    @Override
    public Integer call() {
        Format chosen = chosen();
        if (chart != null && (chosen == Format.HTML || chosen == Format.MARKDOWN)) {
            throw new BadInput("--chart " + PlainText.of(chart) + " needs an .svg or .png file: use -o "
                    + PlainText.of(chart) + ".svg, or leave out --chart.");
        }
        Path file = output == null ? Path.of("report" + ending(chosen)) : output;
        Report report = new Report(input(file));
        String id = chart == null ? "throughput" : chart;
        byte[] content =
                switch (chosen) {
                    case HTML -> report.toHtml().getBytes(StandardCharsets.UTF_8);
                    case MARKDOWN -> report.toMarkdown().getBytes(StandardCharsets.UTF_8);
                    case SVG -> report.toSvg(id).getBytes(StandardCharsets.UTF_8);
                    case PNG -> report.toPng(id);
                };
        WholeFile.write(file, content);
        System.out.println(file);
        return ExitCode.OK;
    }

    private Format chosen() {
        if (format != null || output == null) {
            return format == null ? Format.HTML : format;
        }
        String name = String.valueOf(output.getFileName()).toLowerCase(Locale.ROOT);
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return switch (ending) {
            case "html", "htm" -> Format.HTML;
            case "md", "markdown" -> Format.MARKDOWN;
            case "svg" -> Format.SVG;
            case "png" -> Format.PNG;
            default ->
                throw new BadInput("-o " + PlainText.of(output.toString())
                        + " has no known extension: use .html, .md, .svg or .png, or give --format.");
        };
    }

    private static String ending(Format format) {
        return format == Format.MARKDOWN ? ".md" : "." + format.name().toLowerCase(Locale.ROOT);
    }

    /** @param page the file to write, which must not be one of those that are read */
    private Input input(Path page) {
        List<Path> paths = new ArrayList<>(ResultPaths.of(arguments));
        requireOther(page, paths);
        if (baseline != null) {
            requireOther(page, List.of(baseline));
        }
        if (baseline == null) {
            return Input.of(files(runs(paths)));
        }
        paths.removeIf(path -> path.toAbsolutePath()
                .normalize()
                .equals(baseline.toAbsolutePath().normalize()));
        if (paths.size() != 1) {
            throw new BadInput("--baseline " + PlainText.of(baseline.toString()) + " needs exactly one other file; "
                    + paths.size() + " were given.");
        }
        return Input.of(files(List.of(baseline, paths.get(0))));
    }

    /** Two files are before and after, even if one is a baseline; among more, a baseline is a copy of another. */
    private static List<Path> runs(List<Path> paths) {
        if (paths.size() <= 2) {
            return ResultPaths.baselinesFirst(paths);
        }
        List<Path> runs = ResultPaths.withoutBaselines(paths);
        if (runs.size() < paths.size()) {
            System.err.println("mfu report: baseline.json is ignored, since it is a copy of another run;"
                    + " --baseline FILE and one other file compare with it.");
        }
        return runs;
    }

    private static void requireOther(Path page, List<Path> read) {
        for (Path one : read) {
            try {
                if (Files.exists(page) && Files.isSameFile(page, one)) {
                    throw new BadInput(
                            PlainText.of(page.toString())
                                    + " is one of the result files that are read, and would be overwritten. Choose another -o.");
                }
            } catch (IOException absent) {
                // Reading it says so.
            }
        }
    }

    private static List<Input.File> files(List<Path> paths) {
        List<Input.File> files = new ArrayList<>();
        ResultFiles.read(paths).forEach((label, entries) -> files.add(new Input.File(PlainText.of(label), entries)));
        return files;
    }
}
