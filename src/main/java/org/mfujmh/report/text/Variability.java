package org.mfujmh.report.text;

import java.nio.file.Path;
import java.util.List;
import org.mfujmh.BadInput;
import org.mfujmh.ExitCode;
import org.mfujmh.compare.Sample;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;
import org.mfujmh.schema.MetricId;

/** Prints how much the fork means of one file vary, by metric, for scripts/roofline-under-load. */
public final class Variability {
    private static final List<MetricId> METRICS =
            List.of(MetricId.TOKENS_PER_S, MetricId.ROOFLINE_TFLOPS, MetricId.ROOFLINE_SHARE);

    private Variability() {}

    public static void main(String[] files) {
        try {
            for (String file : files) {
                ResultFile.read(Path.of(file)).forEach(entry -> System.out.print(table(entry)));
            }
        } catch (BadInput e) {
            System.err.println(e.getMessage());
            System.exit(ExitCode.BAD_INPUT);
        }
    }

    static String table(Entry entry) {
        List<List<String>> rows = METRICS.stream()
                .flatMap(metric -> entry.secondary(metric).stream().map(found -> {
                    Sample forks = Sample.ofForks(found);
                    return List.of(
                            metric.label(),
                            String.valueOf(forks.size()),
                            NumberFormat.of(forks.mean(), ""),
                            NumberFormat.share(forks.coefficientOfVariation(), 2));
                }))
                .toList();
        return new Table(
                        List.of(
                                Table.Column.text("metric"),
                                Table.Column.number("forks"),
                                Table.Column.number("mean"),
                                Table.Column.number("CV over forks")),
                        rows)
                .toText();
    }
}
