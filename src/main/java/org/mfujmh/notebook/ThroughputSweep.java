package org.mfujmh.notebook;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mfujmh.compare.Sample;
import org.mfujmh.device.peaks.PeakChoice;
import org.mfujmh.flops.Convention;
import org.mfujmh.model.hub.Models;
import org.mfujmh.report.text.ThroughputByBatch;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.search.ProbedPass;
import org.mfujmh.search.SearchResult;
import org.mfujmh.suite.Suite;
import org.mfujmh.suite.plan.SuiteOptions;

/**
 * Measures tokens/s at each power of two that fits and at the largest batch, using the suite, since the largest batch
 * is not always the fastest.
 */
public final class ThroughputSweep {
    private static final Duration DEADLINE = Duration.ofMinutes(30);

    private ThroughputSweep() {}

    /**
     * Runs the measurements; takes minutes.
     *
     * @param largest the largest batch of which a fork fits
     */
    public static ThroughputByBatch run(SearchResult result, int largest, PrintStream progress) {
        String batches = IntStream.concat(
                        IntStream.iterate(1, batch -> batch < largest, batch -> 2 * batch), IntStream.of(largest))
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(","));
        progress.println();
        progress.println("Measuring throughput at batch " + batches.replace(",", ", ") + ":");
        List<Entry> entries = Suite.entries(options(result.probed(), batches, "3"), progress, Optional.empty());
        return new ThroughputByBatch(entries.stream()
                .map(entry -> new ThroughputByBatch.ThroughputPoint(
                        entry.passParams().sequences(),
                        Sample.ofForks(entry.secondary(MetricId.TOKENS_PER_S).orElseThrow())
                                .meanInterval()))
                .sorted(Comparator.comparingInt(ThroughputByBatch.ThroughputPoint::batch))
                .toList());
    }

    /** The words for JMH name the model; those that resume a stopped run have the path of its config.json. */
    static SuiteOptions options(ProbedPass probed, String batches, String forks) {
        String name = probed.config().name();
        return SuiteOptions.of(
                words(probed, Models.asGiven(name), batches, forks),
                words(probed, name, batches, forks),
                false,
                DEADLINE,
                PeakChoice.SHIPPED,
                Convention.EXACT);
    }

    private static List<String> words(ProbedPass probed, String model, String batches, String forks) {
        Map<String, String> params = probed.params(1);
        params.put(PassParams.MODEL, model);
        params.put(PassParams.BATCH_SIZE, batches);
        List<String> arguments = new ArrayList<>(List.of(PassId.pattern(probed.passId())));
        params.forEach((name, value) -> arguments.addAll(List.of("-p", name + "=" + value)));
        arguments.addAll(List.of("-f", forks, "-i", "2", "-r", "1", "-w", "1"));
        return arguments;
    }
}
