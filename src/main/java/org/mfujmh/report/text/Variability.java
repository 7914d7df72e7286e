package org.mfujmh.report.text;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.mfujmh.BadInput;
import org.mfujmh.compare.Sample;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;

/** How much fork means of one file differ, metric by metric: what scripts/roofline-under-load prints. */
public final class Variability {
    private static final List<String> METRICS = List.of("tokens_per_s", "roofline_tflops", "roofline_share");

    private Variability() {}

    public static void main(String[] files) {
        try {
            for (String file : files) {
                ResultFile.read(Path.of(file)).forEach(entry -> System.out.print(table(entry)));
            }
        } catch (BadInput e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    static String table(Entry entry) {
        List<List<String>> rows = METRICS.stream()
                .flatMap(metric -> entry.secondary(metric).stream().map(found -> {
                    Sample forks = Sample.ofForks(found);
                    return List.of(
                            metric,
                            String.valueOf(forks.size()),
                            String.format(Locale.ROOT, "%.4g", forks.mean()),
                            String.format(Locale.ROOT, "%.2f %%", 100 * forks.coefficientOfVariation()));
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
