package org.mfujmh.notebook;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mfujmh.compare.Sample;
import org.mfujmh.device.peaks.PeakChoice;
import org.mfujmh.flops.Convention;
import org.mfujmh.model.Pass;
import org.mfujmh.report.text.ThroughputTable;
import org.mfujmh.results.Entry;
import org.mfujmh.search.ProbedPass;
import org.mfujmh.search.SearchResult;
import org.mfujmh.suite.Suite;
import org.mfujmh.suite.plan.SuiteOptions;

/**
 * Tokens/s at each power of two that fits, and at the largest batch, by the suite itself: the largest
 * batch is not always the fastest.
 */
public final class ThroughputSweep {
    private static final double CONFIDENCE = 0.99;
    private static final Duration DEADLINE = Duration.ofMinutes(30);

    private ThroughputSweep() {}

    /** Measures; minutes. */
    public static ThroughputTable run(SearchResult result, PrintStream progress) {
        int largest = result.largestBatch().orElseThrow();
        String batches = IntStream.concat(
                        IntStream.iterate(1, batch -> batch < largest, batch -> 2 * batch), IntStream.of(largest))
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(","));
        progress.println();
        progress.println("Throughput at batch " + batches.replace(",", ", ") + ", by the suite:");
        List<Entry> entries = measure(result.probed(), batches, "3", progress);
        return new ThroughputTable(entries.stream()
                .map(entry -> new ThroughputTable.ThroughputPoint(
                        Integer.parseInt(entry.params().get("batchSize")),
                        Sample.ofForks(entry.secondary("tokens_per_s").orElseThrow())
                                .meanInterval(CONFIDENCE)))
                .sorted(Comparator.comparingInt(ThroughputTable.ThroughputPoint::batch))
                .toList());
    }

    /** The suite's entries for one pass at some batches: a short run, with its file under results/ as any other. */
    static List<Entry> measure(ProbedPass probed, String batches, String forks, PrintStream progress) {
        boolean forward = probed.pass() == Pass.FORWARD;
        List<String> arguments = List.of(
                forward ? "bench.ForwardBenchmark" : "bench.ForwardBackwardBenchmark",
                "-p",
                "model=" + probed.config().name(),
                "-p",
                "batchSize=" + batches,
                "-p",
                "seqLen=" + probed.tokens(),
                "-p",
                "dtype=" + probed.dtype(),
                "-p",
                "program=" + probed.program(),
                "-p",
                "gemm=" + probed.gemm(),
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
}
