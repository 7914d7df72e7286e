package org.mfujmh.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mfujmh.BadInput;
import org.mfujmh.compare.MetricLabel;
import org.mfujmh.report.text.OutputFormat;
import org.mfujmh.results.ResultPaths;
import org.mfujmh.schema.Direction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that all commands comparing result files share: files, metric and output format. */
final class ComparedFiles {
    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "Result files; a folder or a quoted pattern stands for every .json in it except baseline.json, "
                            + "sorted by name.")
    private List<String> arguments = List.of();

    @Option(
            names = "--metric",
            paramLabel = "M",
            split = ",",
            description =
                    "score, or a secondary metric such as tokens_per_s, mfu, roofline_share; compare takes several, "
                            + "separated by commas. Default: tokens_per_s if all results have it, otherwise score.")
    private List<String> metrics = List.of();

    @Mixin
    private BetterOption better;

    @Option(
            names = "--format",
            paramLabel = "F",
            completionCandidates = HelpLists.TableFormats.class,
            description = "${COMPLETION-CANDIDATES}. Default: text.")
    private OutputFormat format = OutputFormat.TEXT;

    List<Path> paths() {
        return ResultPaths.of(arguments);
    }

    /** Whether the user named every file, without a folder or a pattern. */
    boolean isEachNamed() {
        return ResultPaths.areFiles(arguments);
    }

    /** The metrics that the user named; empty if the command chooses. */
    List<MetricLabel> metrics() {
        return metrics.stream().map(MetricLabel::new).toList();
    }

    /** @throws BadInput if the user named several */
    Optional<MetricLabel> metric() {
        if (metrics.size() > 1) {
            throw new BadInput("This command takes one metric, but --metric names " + metrics.size() + ": "
                    + String.join(", ", metrics) + ". Choose one; ./mfu compare takes several.");
        }
        return metrics().stream().findFirst();
    }

    Optional<Direction> direction() {
        return better.direction();
    }

    OutputFormat format() {
        return format;
    }
}
