package org.mfujmh.suite.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.search.SearchResult;
import org.mfujmh.suite.RunningSuite;

/** {@code batchSize=max} in the suite: found once, known afterwards, recorded as its number. */
class MaxBatchResolverIT {
    private static final MaxBatchCache.Conditions CONDITIONS =
            new MaxBatchCache.Conditions("gpt-tiny, forward", "a CPU", "2.7.1", 2, "0123", "", "", "");

    @TempDir
    private Path folder;

    private static SearchResult found() {
        return TinySearch.proved(
                9,
                1000,
                TinySearch.probe(1, 200, 1000),
                TinySearch.probe(9, 990, 1000),
                TinySearch.probe(10, 1080, 1000));
    }

    private MaxBatchCache remembered() {
        MaxBatchCache known = new MaxBatchCache(folder.resolve(MaxBatchCache.FILE_NAME));
        known.remember(CONDITIONS, found(), "2026-11-24T00:00:00Z");
        return known;
    }

    @Test
    void anAnswerHoldsForEveryLimitBetweenWhatItsBatchTookAndWhatTheNextTook() {
        MaxBatchCache known = remembered();
        for (long limit : new long[] {990, 1000, 1079}) {
            assertThat(known.find(CONDITIONS, limit))
                    .isEqualTo(new MaxBatchCache.Lookup.Holds(9, "2026-11-24T00:00:00Z"));
        }
        for (long limit : new long[] {989, 1080}) {
            assertThat(known.find(CONDITIONS, limit))
                    .isEqualTo(new MaxBatchCache.Lookup.OtherLimit(9, "the limit was 1000 bytes and is now " + limit));
        }
    }

    @Test
    void whateverElseMovesMemoryMakesAnAnswerOutdatedAndIsNamed() {
        MaxBatchCache known = remembered();
        assertThat(known.find(
                        new MaxBatchCache.Conditions("gpt-tiny, forward", "a CPU", "2.8.0", 2, "0123", "", "", ""),
                        1000))
                .isEqualTo(new MaxBatchCache.Lookup.Outdated("libtorch was 2.7.1 and is now 2.8.0"));
        assertThat(known.find(
                        new MaxBatchCache.Conditions("gpt-tiny, forward", "a CPU", "2.7.1", 4, "0123", "", "", ""),
                        1000))
                .isEqualTo(new MaxBatchCache.Lookup.Outdated("libtorch had 2 threads and now has 4"));
        assertThat(known.find(
                        new MaxBatchCache.Conditions("gpt-tiny, forward", "a CPU", "2.7.1", 2, "4567", "", "", ""),
                        1000))
                .isInstanceOf(MaxBatchCache.Lookup.Outdated.class);
        assertThat(known.find(
                        new MaxBatchCache.Conditions("gpt-small, forward", "a CPU", "2.7.1", 2, "0123", "", "", ""),
                        1000))
                .isInstanceOf(MaxBatchCache.Lookup.NotCached.class);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void maxIsRecordedAsItsNumberAndFoundOnceAndTakenOverFromABaseline() throws Exception {
        Path file = folder.resolve("r.json");
        String[] tiny = {
            "bench.ForwardBenchmark",
            "-p",
            "model=gpt-tiny",
            "-p",
            "seqLen=64",
            "-p",
            "gemm=native",
            "-p",
            "dtype=fp32",
            "-f",
            "1",
            "-wi",
            "0",
            "-i",
            "1",
            "-r",
            "100ms",
            "--memory-limit",
            "340MiB"
        };
        RunningSuite first = start(with(tiny, "-p", "batchSize=1,max", "-rff", file.toString()));
        assertThat(first.end()).as(first.err()).isZero();
        List<Entry> entries = ResultFile.read(file);
        assertThat(entries).hasSize(2);
        String largest = entries.get(1).params().get("batchSize");
        assertThat(largest).matches("[1-9][0-9]+");
        assertThat(first.err()).contains("largest: " + largest);
        // The passes of the fork that was measured, which keep what malloc keeps; a single probe does not.
        assertThat(entries.get(1)
                        .secondary(MetricId.PEAK_MEMORY_BYTES)
                        .orElseThrow()
                        .score())
                .isLessThanOrEqualTo(340L << 20);

        Path again = folder.resolve("again.json");
        RunningSuite second =
                start(with(tiny, "-p", "batchSize=max", "-rff", again.toString(), "--max-from", file.toString()));
        assertThat(second.end()).as(second.err()).isZero();
        assertThat(ResultFile.read(again)).singleElement().satisfies(entry -> assertThat(entry.params())
                .containsEntry("batchSize", largest));
        assertThat(second.err()).contains("from the baseline").doesNotContain("probe 1");

        Files.delete(again);
        RunningSuite third = start(with(tiny, "-p", "batchSize=max", "-rff", again.toString()));
        assertThat(third.end()).as(third.err()).isZero();
        assertThat(third.err()).contains(largest + ", found 2").doesNotContain("probe 1");

        // The memory that is available is another number at every start: going on must not find another batch.
        String[] otherLimit = with(tiny, "-p", "batchSize=max", "-rff", again.toString(), "--resume");
        otherLimit[java.util.Arrays.asList(otherLimit).indexOf("340MiB")] = "500MiB";
        RunningSuite fourth = start(otherLimit);
        assertThat(fourth.end()).as(fourth.err()).isZero();
        assertThat(fourth.err()).contains("from the file being resumed", "already done, kept");
        assertThat(ResultFile.read(again)).hasSize(1);
    }

    /** In a backend of its own: which is faster may come out differently each time, and decides about the batch. */
    private RunningSuite start(String... arguments) throws IOException {
        List<String> command = RunningSuite.command(folder, arguments);
        command.add(1, RunProperty.BACKEND.argument("hand"));
        return RunningSuite.start(folder, command);
    }

    private static String[] with(String[] some, String... more) {
        return java.util.stream.Stream.of(some, more)
                .flatMap(java.util.stream.Stream::of)
                .toArray(String[]::new);
    }

    @Test
    void theBaselinesBatchIsTakenWhereAllElseIsTheSame() {
        List<Entry> baseline =
                Entry.parseAll("""
                [%s, %s, %s]
                """.formatted(entry("gpt-tiny", 388), entry("gpt-tiny", 4), entry("gpt-small", 999)));
        Map<String, String> params =
                Map.of("model", "gpt-tiny", "batchSize", "max", "seqLen", "64", "device", "cuda:1");
        assertThat(MaxBatchResolver.ofBaseline(baseline, "b.ForwardBenchmark.forward", params))
                .hasValue(388);
        assertThat(MaxBatchResolver.ofBaseline(baseline, "b.ForwardBackwardBenchmark.forwardBackward", params))
                .isEmpty();
    }

    private static String entry(String model, int batch) {
        return """
                {"benchmark": "b.ForwardBenchmark.forward", "mode": "thrpt", "threads": 1, "forks": 1,
                 "params": {"model": "%s", "batchSize": "%d", "seqLen": "64", "device": "cuda:0"},
                 "primaryMetric": {"score": 1.0, "scoreUnit": "ops/s", "rawData": [[1.0]]},
                 "secondaryMetrics": {}}""".formatted(model, batch);
    }
}
