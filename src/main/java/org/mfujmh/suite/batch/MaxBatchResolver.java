package org.mfujmh.suite.batch;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;
import org.mfujmh.CannotWrite;
import org.mfujmh.device.Device;
import org.mfujmh.device.gpu.UnidentifiedGpu;
import org.mfujmh.device.machine.Machine;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;
import org.mfujmh.schema.PassParams;
import org.mfujmh.search.MemoryLimit;
import org.mfujmh.search.MemorySize;
import org.mfujmh.search.ProbedPass;
import org.mfujmh.search.SearchResult;
import org.mfujmh.search.SearchResult.Ending;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.SuiteOptions;
import org.mfujmh.suite.tuning.EngineProbe;

/**
 * What {@code batchSize=max} stands for, a number for each combination: that of the baseline where the
 * run is held against one, else what an earlier search found under the same conditions, else what a
 * search finds now.
 */
public final class MaxBatchResolver {
    private final Machine machine;
    private final Optional<Long> askedLimit;
    private final Duration timeout;
    private final MaxBatchCache known;
    private final List<Entry> baseline;
    private final List<Entry> earlier;
    private final PrintStream progress;
    private final Map<Combination, String> failures = new LinkedHashMap<>();

    /**
     * @param memory the file of earlier searches
     * @param earlier results that this run goes on with
     */
    public MaxBatchResolver(
            Machine machine, SuiteOptions options, Path memory, List<Entry> earlier, PrintStream progress) {
        this.machine = machine;
        this.askedLimit = options.largest().memoryLimit();
        this.timeout = options.deadline();
        this.known = new MaxBatchCache(memory);
        this.baseline = options.largest().baseline().map(ResultFile::read).orElse(List.of());
        this.earlier = earlier;
        this.progress = progress;
    }

    /**
     * The combinations with numbers for {@code max}; without those for which none was found, see {@link #failures}.
     *
     * @param search of one combination: {@link #largest} with the libtorch in use, or with several
     */
    public List<Combination> resolve(List<Combination> combinations, Function<Combination, OptionalInt> search) {
        List<Combination> resolved = new ArrayList<>();
        for (Combination one : combinations) {
            if (!one.asksForLargestBatch()) {
                resolved.add(one);
                continue;
            }
            OptionalInt largest = search.apply(one);
            largest.ifPresent(number -> resolved.add(one.with(PassParams.BATCH_SIZE, String.valueOf(number))));
        }
        return resolved.stream().distinct().toList();
    }

    /** Why some combinations have no largest batch, in a sentence each. */
    public Map<Combination, String> failures() {
        return failures;
    }

    /** The largest batch of one combination with the libtorch that this process has its children load. */
    public OptionalInt largest(Combination one, EngineProbe.EngineInfo engine) {
        OptionalInt before = ofBaseline(baseline, one.benchmark(), one.params());
        if (before.isPresent()) {
            progress.println("batchSize=max of " + one + ": " + before.getAsInt()
                    + ", the baseline's, so that the two can be compared");
            return before;
        }
        Device device = machine.deviceNamed(engine.device());
        MemoryLimit limit = BatchSearchRun.limit(engine, machine, askedLimit);
        // All devices that are not identified have one name, so an earlier answer may be another device's.
        boolean identified = !(device instanceof UnidentifiedGpu);
        ProbedPass probed =
                new ProbedPass(one.spec(), one.pass(), one.passParams().seqLen(), engine.device());
        MaxBatchCache.Conditions conditions = conditions(probed, device, engine);
        MaxBatchCache.Lookup found =
                identified ? known.find(conditions, limit.bytes()) : new MaxBatchCache.Lookup.NotCached();
        if (found instanceof MaxBatchCache.Lookup.Holds holds) {
            progress.println("batchSize=max of " + one + ": " + holds.largest() + ", found " + holds.when() + " ("
                    + known.file() + ")");
            return OptionalInt.of(holds.largest());
        }
        if (found instanceof MaxBatchCache.Lookup.OtherLimit other
                && earlier.stream().anyMatch(one.with(PassParams.BATCH_SIZE, String.valueOf(other.largest()))::isOf)) {
            progress.println("batchSize=max of " + one + ": " + other.largest() + ", as in the file that this run goes"
                    + " on with, though " + other.why());
            return OptionalInt.of(other.largest());
        }
        progress.println("batchSize=max of " + one + " is looked for now"
                + found.reason().map(reason -> ", since " + reason).orElse("")
                + ". On a CPU this takes some minutes.");
        SearchResult result = BatchSearchRun.search(probed, limit, timeout, progress);
        if (result.largestBatch().isEmpty()) {
            failures.put(one, why(result));
            progress.println("    FAILED: " + why(result));
            return OptionalInt.empty();
        }
        progress.println("  largest: " + result.largestBatch().getAsInt());
        if (identified) {
            remember(conditions, result);
        }
        return result.largestBatch();
    }

    /** A number that cannot be kept is still the answer of this run. */
    private void remember(MaxBatchCache.Conditions conditions, SearchResult result) {
        try {
            known.remember(
                    conditions,
                    result,
                    Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        } catch (CannotWrite e) {
            progress.println("    Note: the next run has to search again. " + e.getMessage());
        }
    }

    private static String why(SearchResult result) {
        return result.ending() instanceof Ending.NothingFits none
                ? "no batch fits into " + MemorySize.inWords(result.limitBytes()) + ": batch 1 needs " + none.needs()
                : "the largest batch is not known: " + ((Ending.Stopped) result.ending()).cause();
    }

    /**
     * The batch that a baseline has for the same measurement: 388 in place of 389 would look like one
     * measurement missing and another one new. Of several the largest, which is what {@code max} was.
     *
     * @param baseline entries of the baseline
     * @param params the combination's; the batch, and where it runs, are not looked at
     */
    static OptionalInt ofBaseline(List<Entry> baseline, String benchmark, Map<String, String> params) {
        Map<String, String> wanted = withoutBatch(params);
        return baseline.stream()
                .filter(entry -> entry.benchmark().equals(benchmark))
                .filter(entry -> withoutBatch(entry.params()).equals(wanted))
                .flatMap(entry -> Stream.ofNullable(entry.params().get(PassParams.BATCH_SIZE)))
                .flatMapToInt(batch -> PassParams.count(batch).stream())
                .max();
    }

    private static Map<String, String> withoutBatch(Map<String, String> params) {
        Map<String, String> others = new LinkedHashMap<>(params);
        others.remove(PassParams.BATCH_SIZE);
        others.remove(PassParams.DEVICE);
        return others;
    }

    private static MaxBatchCache.Conditions conditions(
            ProbedPass probed, Device device, EngineProbe.EngineInfo engine) {
        return new MaxBatchCache.Conditions(
                probed.describe() + ", loss " + probed.spec().loss().label(),
                device.name(),
                engine.torch(),
                engine.threads(),
                MaxBatchCache.programDigest());
    }
}
