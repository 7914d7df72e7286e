package org.mfujmh.suite.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.device.machine.Machine;
import org.mfujmh.device.peaks.PeakChoice;
import org.mfujmh.flops.Convention;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;
import org.mfujmh.search.Probe;
import org.mfujmh.search.SearchResult;
import org.mfujmh.suite.batch.MaxBatchCache.Conditions;
import org.mfujmh.suite.batch.MaxBatchCache.Lookup;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.SuiteOptions;

/** Which earlier search answers a question, and what is said where none does. */
class MaxBatchCacheTest {
    private static final String WHEN = "2026-11-28T00:00:00Z";
    private static final Conditions SHIPPED = of("", "");

    private static final String FORWARD = "org.mfujmh.bench.ForwardBenchmark.forward";

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    /** Two folders of one name, or one whose config.json was edited, are two models; so are two nightlies of one version. */
    @Test
    void modelsOfOneNameAndBuildsOfOneVersionAreToldApart() {
        MaxBatchCache known = new MaxBatchCache(folder.resolve("c.jsonl"));
        String narrow = MaxBatchCache.modelDigest("{\"n_embd\":64}");
        String wide = MaxBatchCache.modelDigest("{\"n_embd\":128}");
        known.remember(of(narrow, "stamp-1"), found(9, 1000), WHEN);
        assertThat(known.find(of(narrow, "stamp-1"), 1000)).isEqualTo(new Lookup.Holds(9, WHEN));
        assertThat(known.find(of(wide, "stamp-1"), 1000))
                .isEqualTo(new Lookup.Outdated("the model's configuration has changed since " + WHEN));
        assertThat(known.find(of(narrow, "stamp-2"), 1000))
                .isEqualTo(new Lookup.Outdated("libtorch 2.7.1 is another build than the one of " + WHEN));
    }

    /** As the builds before this wrote it; and those can read what this one writes of a shipped model. */
    @Test
    void linesOfEarlierBuildsStayReadable() throws IOException {
        Path file = folder.resolve("c.jsonl");
        String line = "{\"conditions\":{\"pass\":\"m, forward\",\"device\":\"a CPU\",\"torch\":\"2.7.1\",\"threads\":2,"
                + "\"program\":\"0123\"},\"limitBytes\":1000,\"largest\":9,\"largestBytes\":990,\"nextBytes\":1080,"
                + "\"when\":\"" + WHEN + "\"}\n";
        Files.writeString(file, line);
        MaxBatchCache known = new MaxBatchCache(file);
        assertThat(known.find(SHIPPED, 1000)).isEqualTo(new Lookup.Holds(9, WHEN));
        assertThat(known.find(of(MaxBatchCache.modelDigest("{}"), ""), 1000))
                .isEqualTo(new Lookup.Outdated("the configuration of the model of " + WHEN + " is not known"));
        known.remember(SHIPPED, found(9, 1000), WHEN);
        assertThat(file).hasContent(line);
    }

    /** Autograd and the handwritten program take different memory; a line of before says neither. */
    @Test
    void anAnswerIsOfTheBackendThatItWasFoundWith() {
        MaxBatchCache known = new MaxBatchCache(folder.resolve("c.jsonl"));
        known.remember(SHIPPED, found(9, 1000), WHEN);
        assertThat(known.find(with("plain"), 1000))
                .isEqualTo(new Lookup.Outdated("the backend of " + WHEN + " is not known"));
        known.remember(with("hand"), found(9, 1000), WHEN);
        assertThat(known.find(with("hand"), 1000)).isEqualTo(new Lookup.Holds(9, WHEN));
        assertThat(known.find(with("plain"), 1000))
                .isEqualTo(new Lookup.Outdated("the backend was hand and is now plain"));
    }

    private static Conditions with(String backend) {
        return new Conditions("m, forward", "a CPU", "2.7.1", 2, "0123", "", "", backend);
    }

    /** What changed since the last search matters, not what changed since the first. */
    @Test
    void theNewestAnswerThatIsNotValidIsNamed() {
        MaxBatchCache known = new MaxBatchCache(folder.resolve("c.jsonl"));
        known.remember(of("", "stamp-1"), found(9, 1000), "2026-11-26T00:00:00Z");
        known.remember(of("", "stamp-2"), found(9, 1000), "2026-11-27T00:00:00Z");
        assertThat(known.find(SHIPPED, 1000))
                .isEqualTo(new Lookup.Outdated("libtorch 2.7.1 is another build than the one of 2026-11-27T00:00:00Z"));
    }

    /** 20 take 1,980 bytes and 30 take 2,880; the run that is resumed may have had either. */
    @Test
    void anotherLimitIsNamedBeforeWhatIsOutdatedAndAllOfThemCountForAResumedFile() {
        MaxBatchCache known = new MaxBatchCache(folder.resolve("c.jsonl"));
        known.remember(SHIPPED, found(20, 2000), WHEN);
        known.remember(SHIPPED, found(30, 2900), WHEN);
        known.remember(of("", "stamp-1"), found(9, 1000), WHEN);
        Lookup.OtherLimit newest = new Lookup.OtherLimit(30, "the limit was 2900 bytes and is now 1000");
        Lookup.OtherLimit oldest = new Lookup.OtherLimit(20, "the limit was 2000 bytes and is now 1000");
        assertThat(known.find(SHIPPED, 1000)).isEqualTo(newest);
        assertThat(known.find(SHIPPED, 2000)).isEqualTo(new Lookup.Holds(20, WHEN));
        assertThat(known.ofOtherLimits(SHIPPED, 1000)).containsExactly(newest, oldest);

        Combination max = new Combination(FORWARD, Map.of("model", "gpt-tiny", "batchSize", "max"));
        Entry measured = JmhJson.of(FORWARD)
                .param("model", "gpt-tiny")
                .param("batchSize", "20")
                .entry();
        assertThat(resolver(List.of(measured)).resumed(max, known.ofOtherLimits(SHIPPED, 1000)))
                .hasValue(oldest);
        assertThat(resolver(List.of()).resumed(max, known.ofOtherLimits(SHIPPED, 1000)))
                .isEmpty();
    }

    /** What the others held would be missing from every batch from then on. */
    @Test
    void whatWasFoundOnASharedGpuHoldsForThisRunAlone() {
        MaxBatchCache known = new MaxBatchCache(folder.resolve("c.jsonl"));
        resolver(List.of()).remember(SHIPPED, found(9, 1000), Optional.of("GPU 0 (L4) is also used by process 42."));
        assertThat(known.find(SHIPPED, 1000)).isEqualTo(new Lookup.NotCached());
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("GPU 0 (L4) is also used by process 42.")
                .contains("is not saved");
        resolver(List.of()).remember(SHIPPED, found(9, 1000), Optional.empty());
        assertThat(known.find(SHIPPED, 1000)).isInstanceOf(Lookup.Holds.class);
    }

    private MaxBatchResolver resolver(List<Entry> earlier) {
        SuiteOptions options = SuiteOptions.of(
                List.of(), List.of(), false, Duration.ofMinutes(1), PeakChoice.SHIPPED, Convention.EXACT);
        return new MaxBatchResolver(
                Machine.detect(),
                options,
                folder.resolve("c.jsonl"),
                earlier,
                new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    private static Conditions of(String model, String torchStamp) {
        return new Conditions("m, forward", "a CPU", "2.7.1", 2, "0123", model, torchStamp, "");
    }

    /** Each batch takes 90 bytes and the program 180: 9 take 990, and 10 take 1,080. */
    private static SearchResult found(int largest, long limit) {
        return TinySearch.proved(largest, limit, probe(largest, limit), probe(largest + 1, limit));
    }

    private static Probe probe(int batch, long limit) {
        return TinySearch.probe(batch, 180 + 90L * batch, limit);
    }
}
