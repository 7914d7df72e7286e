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
import org.mfujmh.schema.RunProperty;
import org.mfujmh.search.ForkMemory;
import org.mfujmh.search.MemoryLimit;
import org.mfujmh.search.MemorySize;
import org.mfujmh.search.ProbedPass;
import org.mfujmh.search.SearchResult;
import org.mfujmh.search.SearchResult.Ending;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.SuiteOptions;
import org.mfujmh.suite.run.DeviceNotes;
import org.mfujmh.suite.tuning.EngineProbe;

/**
 * Resolves {@code batchSize=max} to a number for each combination: from the baseline if there is one, otherwise from an
 * earlier search under the same conditions, otherwise from a new search.
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
     * @param memory the file with earlier searches
     * @param earlier results of the run being resumed
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

    /** Combinations without a largest batch, each with the reason as a sentence. */
    public Map<Combination, String> failures() {
        return failures;
    }

    /**
     * The largest batch of one combination with the libtorch that this process has its children load.
     *
     * @param chosen how its forks compute, by property: what was tuned, such as the backend
     */
    public OptionalInt largest(Combination one, EngineProbe.EngineInfo engine, Map<String, String> chosen) {
        OptionalInt before = ofBaseline(baseline, one.benchmark(), one.params());
        if (before.isPresent()) {
            progress.println("batchSize=max of " + one + ": " + before.getAsInt()
                    + ", from the baseline, so that the results are comparable");
            return before;
        }
        Device device = machine.deviceNamed(engine.device());
        MemoryLimit limit = BatchSearchRun.limit(engine, machine, askedLimit);
        // All devices that are not identified have one name, so an earlier answer may be another device's.
        boolean identified = !(device instanceof UnidentifiedGpu);
        ProbedPass probed = new ProbedPass(
                one.spec(), one.pass(), one.trainingStep(), one.passParams().seqLen(), engine.device());
        MaxBatchCache.Conditions conditions = conditions(one, probed, device, engine, chosen);
        MaxBatchCache.Lookup found =
                identified ? known.find(conditions, limit.bytes()) : new MaxBatchCache.Lookup.NotCached();
        if (found instanceof MaxBatchCache.Lookup.Holds holds) {
            progress.println("batchSize=max of " + one + ": " + holds.largest() + ", found " + holds.when() + " ("
                    + known.file() + ")");
            return OptionalInt.of(holds.largest());
        }
        Optional<MaxBatchCache.Lookup.OtherLimit> resumed =
                identified ? resumed(one, known.ofOtherLimits(conditions, limit.bytes())) : Optional.empty();
        if (resumed.isPresent()) {
            progress.println("batchSize=max of " + one + ": " + resumed.get().largest()
                    + ", from the file being resumed, although " + resumed.get().why());
            return OptionalInt.of(resumed.get().largest());
        }
        progress.println("batchSize=max of " + one + ": searching"
                + found.reason().map(reason -> ", since " + reason).orElse("")
                + ". On a CPU this takes some minutes.");
        Optional<String> others = DeviceNotes.others(device);
        SearchResult result = BatchSearchRun.search(probed, limit, timeout, jvmOptions(chosen), progress);
        if (result.largestBatch().isEmpty()) {
            failures.put(one, why(result));
            progress.println("    FAILED: " + why(result));
            return OptionalInt.empty();
        }
        ForkMemory.Fitted fork = BatchSearchRun.ofForks(result, limit, timeout, jvmOptions(chosen), progress);
        if (fork.batch().isEmpty()) {
            failures.put(one, fork.why());
            progress.println("    FAILED: " + fork.why());
            return fork.batch();
        }
        progress.println("  largest: " + fork.batch().getAsInt());
        result.closeCall()
                .filter(close -> fork.batch().equals(result.largestBatch()))
                .ifPresent(close -> progress.println("    " + close));
        if (fork.peakBytes() > 0) {
            long more = Math.round(Math.max(0, result.line().bytesPerSequence()));
            save(() -> known.remember(conditions, limit.bytes(), fork, limit.bytes() + more, now()));
        } else if (identified) {
            remember(conditions, result, others.or(() -> DeviceNotes.others(device)));
        }
        return fork.batch();
    }

    /** The first of these answers by which the file being resumed was measured. */
    Optional<MaxBatchCache.Lookup.OtherLimit> resumed(Combination one, List<MaxBatchCache.Lookup.OtherLimit> answers) {
        return answers.stream()
                .filter(other -> earlier.stream()
                        .anyMatch(one.with(PassParams.BATCH_SIZE, String.valueOf(other.largest()))::isOf))
                .findFirst();
    }

    /**
     * Saves the answer for later runs. If it cannot be saved, it is still valid for this one.
     *
     * @param others who else used the GPU, as a sentence: what they held is missing in the answer, but not tomorrow
     */
    void remember(MaxBatchCache.Conditions conditions, SearchResult result, Optional<String> others) {
        if (others.isPresent()) {
            progress.println("    Note: " + others.get()
                    + " A larger batch may fit without it, so this one is not saved and the next run will search"
                    + " again.");
            return;
        }
        save(() -> known.remember(conditions, result, now()));
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private void save(Runnable answer) {
        try {
            answer.run();
        } catch (CannotWrite e) {
            progress.println(
                    "    Note: the result could not be saved, so the next run will search again. " + e.getMessage());
        }
    }

    private static String why(SearchResult result) {
        return result.ending() instanceof Ending.NothingFits none
                ? "no batch fits into " + MemorySize.inWords(result.limitBytes()) + ": batch 1 needs " + none.needs()
                : "the largest batch is unknown: " + ((Ending.Stopped) result.ending()).cause();
    }

    /**
     * The batch of the same measurement in a baseline: 388 instead of 389 would look like one missing and one new
     * measurement. If there are several, the largest, since that was {@code max}.
     *
     * @param baseline entries of the baseline
     * @param params the combination's parameters; batch and device are ignored
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

    private static List<String> jvmOptions(Map<String, String> properties) {
        return properties.entrySet().stream()
                .map(property -> "-D" + property.getKey() + "=" + property.getValue())
                .toList();
    }

    private static MaxBatchCache.Conditions conditions(
            Combination one,
            ProbedPass probed,
            Device device,
            EngineProbe.EngineInfo engine,
            Map<String, String> chosen) {
        return new MaxBatchCache.Conditions(
                probed.describe() + ", loss " + probed.spec().loss().label()
                        + (probed.device().equals("cpu") ? ", by a whole fork" : ""),
                device.name(),
                engine.torch(),
                engine.threads(),
                MaxBatchCache.programDigest(),
                one.modelJson().map(MaxBatchCache::modelDigest).orElse(""),
                RunProperty.TORCH_STAMP.ofThisProcess().orElse(""),
                String.join(", ", chosen.values()));
    }
}
