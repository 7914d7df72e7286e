package org.mfujmh.cli;

import static org.mfujmh.report.text.Table.Column.number;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mfujmh.compare.Interval;
import org.mfujmh.compare.Sample;
import org.mfujmh.device.PeakChoice;
import org.mfujmh.flops.Convention;
import org.mfujmh.gpt.Pass;
import org.mfujmh.report.text.Table;
import org.mfujmh.results.Entry;
import org.mfujmh.search.ProbedPass;
import org.mfujmh.search.SearchResult;
import org.mfujmh.suite.Suite;
import org.mfujmh.suite.plan.SuiteOptions;

/**
 * Tokens/s at each power of two that fits, and at the largest batch, by the suite itself: the largest
 * batch is not always the fastest.
 *
 * @param points by batch, the smallest first; none where nobody asked
 */
record ThroughputSweep(List<Point> points) {
    static final ThroughputSweep NONE = new ThroughputSweep(List.of());

    private static final double CONFIDENCE = 0.99;
    private static final Duration DEADLINE = Duration.ofMinutes(30);

    /** @param tokensPerSecond over forks */
    record Point(int batch, Interval tokensPerSecond) {}

    /** Measures; minutes. */
    static ThroughputSweep run(SearchResult result, PrintStream progress) {
        int largest = result.largestBatch().orElseThrow();
        String batches = IntStream.concat(
                        IntStream.iterate(1, batch -> batch < largest, batch -> 2 * batch), IntStream.of(largest))
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(","));
        progress.println();
        progress.println("Throughput at batch " + batches.replace(",", ", ") + ", by the suite:");
        List<Entry> entries = measure(result.probed(), batches, "3", progress);
        return new ThroughputSweep(entries.stream()
                .map(entry -> new Point(
                        Integer.parseInt(entry.params().get("batchSize")),
                        Sample.ofForks(entry.secondary("tokens_per_s").orElseThrow())
                                .meanInterval(CONFIDENCE)))
                .sorted(Comparator.comparingInt(Point::batch))
                .toList());
    }

    /** The suite's entries for one pass at some batches: a short run, with its file under results/ as any other. */
    static List<Entry> measure(ProbedPass probed, String batches, String forks, PrintStream progress) {
        boolean forward = probed.pass() == Pass.FORWARD;
        List<String> arguments = List.of(
                forward ? "bench.ForwardBenchmark" : "bench.ForwardBackwardBenchmark",
                "-p",
                "model=" + probed.spec().config().name(),
                "-p",
                "batchSize=" + batches,
                "-p",
                "seqLen=" + probed.tokens(),
                "-p",
                "dtype=" + probed.spec().precision().label(),
                "-p",
                "program=" + probed.spec().program().label(),
                "-p",
                "gemm=" + probed.spec().gemm().label(),
                "-p",
                "device=" + probed.device(),
                "-f",
                forks,
                "-i",
                "2",
                "-r",
                "1",
                "-w",
                "1");
        SuiteOptions options =
                SuiteOptions.of(arguments, arguments, false, DEADLINE, PeakChoice.SHIPPED, Convention.EXACT);
        return Suite.entries(options, progress);
    }

    boolean isPresent() {
        return !points.isEmpty();
    }

    Table table() {
        return new Table(
                List.of(number("batch"), number("tokens/s"), number("99 % interval")),
                points.stream()
                        .map(point -> List.of(
                                String.valueOf(point.batch()),
                                figure(point.tokensPerSecond().estimate()),
                                point.tokensPerSecond().isKnown()
                                        ? figure(point.tokensPerSecond().low()) + " .. "
                                                + figure(point.tokensPerSecond().high())
                                        : "-"))
                        .toList());
    }

    /** Which is the fastest, and whether that is more than noise. */
    String sentence() {
        Point largest = points.get(points.size() - 1);
        Point fastest = points.stream()
                .max(Comparator.comparingDouble(point -> point.tokensPerSecond().estimate()))
                .orElseThrow();
        if (fastest.batch() == largest.batch()) {
            return "The largest batch is also the fastest, of those measured.";
        }
        boolean apart =
                fastest.tokensPerSecond().low() > largest.tokensPerSecond().high();
        return String.format(
                Locale.ROOT,
                "The largest batch is not the fastest: batch %d gives %.3g x the tokens/s of batch %d%s.",
                fastest.batch(),
                fastest.tokensPerSecond().estimate() / largest.tokensPerSecond().estimate(),
                largest.batch(),
                apart ? "" : ", though their intervals overlap");
    }

    List<Map<String, Object>> json() {
        return points.stream()
                .map(point -> {
                    Map<String, Object> fields = new LinkedHashMap<>();
                    fields.put("batch", point.batch());
                    fields.put("tokens_per_s", point.tokensPerSecond().estimate());
                    fields.put("low", point.tokensPerSecond().low());
                    fields.put("high", point.tokensPerSecond().high());
                    return fields;
                })
                .toList();
    }

    private static String figure(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.2f" : "%,.0f", value);
    }
}
