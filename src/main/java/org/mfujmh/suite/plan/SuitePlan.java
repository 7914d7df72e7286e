package org.mfujmh.suite.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.mfujmh.BadInput;
import org.mfujmh.engine.Torch;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Logits;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.TrainingStep;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The combinations of a run; all values are checked before anything starts.
 *
 * @param combinations in the order in which they run
 * @param timings by benchmark
 */
public record SuitePlan(List<Combination> combinations, Map<String, Timing> timings) {

    /** The default without a pattern: the two passes of this suite. */
    private static final String DEFAULT = PassId.pattern(PassId.FORWARD, PassId.FORWARD_BACKWARD);

    /** Passes in the order of {@link PassId}, followed by everything else. */
    private static final Comparator<Combination> PASSES_IN_ORDER =
            Comparator.comparingInt(one -> one.passId().map(PassId::ordinal).orElse(PassId.values().length));

    /**
     * Every combination of the given values, or of the defaults for parameters that are not given.
     *
     * @throws BadInput if nothing matches, a parameter is unknown or a value is invalid
     */
    public static SuitePlan of(SuiteOptions options, DeviceDefaults defaults) {
        JmhOptions jmh = options.jmh();
        List<String> patterns = jmh.patterns().isEmpty() ? List.of(DEFAULT) : jmh.patterns();
        SortedSet<BenchmarkListEntry> found = BenchmarkList.defaultList()
                .find(
                        OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT),
                        patterns,
                        jmh.getExcludes());
        if (found.isEmpty()) {
            throw new BadInput("No benchmark matches " + patterns + ". Available: " + names() + ".");
        }
        Map<String, Map<String, String[]>> parameters = new LinkedHashMap<>();
        Map<String, Timing> timings = new LinkedHashMap<>();
        found.forEach(entry -> {
            Map<String, String[]> own = entry.getParams().orElse(Map.of());
            parameters.put(entry.getUsername(), own);
            Timing timing = Timing.of(entry, jmh);
            OptionalInt forks = own.containsKey(PassParams.MODEL) ? defaults.forks(jmh) : OptionalInt.empty();
            timings.put(entry.getUsername(), forks.isPresent() ? timing.withForks(forks.getAsInt()) : timing);
        });
        requireKnown(options, parameters);
        List<Combination> combinations = new ArrayList<>();
        parameters.forEach((benchmark, own) -> {
            Map<String, Collection<String>> values = new LinkedHashMap<>();
            inOrder(own.keySet())
                    .forEach(name -> values.put(
                            name,
                            named(name, jmh.getParameter(name).orElse(defaults.of(benchmark, name, own.get(name))))));
            combinations.addAll(Combination.all(benchmark, values));
        });
        combinations.forEach(SuitePlan::check);
        return new SuitePlan(combinations.stream().sorted(PASSES_IN_ORDER).toList(), timings);
    }

    /** The plan for each kind of device that {@code device} may turn out to be. */
    public static Map<DeviceDefaults, SuitePlan> byDevice(SuiteOptions options) {
        Map<DeviceDefaults, SuitePlan> plans = new EnumMap<>(DeviceDefaults.class);
        String device = of(options, DeviceDefaults.CPU).device();
        DeviceDefaults.possible(device).forEach(kind -> plans.put(kind, of(options, kind)));
        return plans;
    }

    /** The same benchmarks with other combinations. */
    public SuitePlan with(List<Combination> others) {
        others.forEach(SuitePlan::check);
        return new SuitePlan(others, timings);
    }

    public Timing timing(Combination combination) {
        return timings.get(combination.benchmark());
    }

    /** The device of all combinations, as requested. */
    public String device() {
        List<String> devices = combinations.stream()
                .map(one -> one.passParams().device())
                .distinct()
                .toList();
        if (devices.size() > 1) {
            throw new BadInput("Devices " + String.join(", ", devices) + " were requested together, but a result "
                    + "file belongs to one device. Run the suite once for each, and compare the files with `./mfu "
                    + "compare`.");
        }
        return devices.get(0);
    }

    /** Replaces aliases of models with their names, so that results match. */
    private static Collection<String> named(String parameter, Collection<String> values) {
        return parameter.equals(PassParams.MODEL)
                ? values.stream()
                        .map(value -> Models.named(value).name())
                        .distinct()
                        .toList()
                : values;
    }

    /** Parameters in display order: what is measured first, then how. */
    private static List<String> inOrder(Collection<String> names) {
        Comparator<String> known = Comparator.comparingInt(
                name -> PassParams.NAMES.contains(name) ? PassParams.NAMES.indexOf(name) : PassParams.NAMES.size());
        return names.stream().sorted(known.thenComparing(name -> name)).toList();
    }

    private static void requireKnown(SuiteOptions options, Map<String, Map<String, String[]>> parameters) {
        SortedSet<String> known = new TreeSet<>();
        parameters.values().forEach(own -> known.addAll(own.keySet()));
        for (String asked : options.parametersAsked()) {
            if (!known.contains(asked)) {
                throw new BadInput("-p " + asked + " was given, but the selected benchmarks have no such parameter. "
                        + "They have " + String.join(", ", known) + ".");
            }
        }
    }

    /** Checks the values of this suite's passes; foreign benchmarks have their own rules. */
    private static void check(Combination combination) {
        if (combination.params().keySet().stream().noneMatch(PassParams.NAMES::contains)) {
            return;
        }
        PassParams params = combination.passParams();
        Architecture config = Models.named(params.model());
        config.whyNotRun().ifPresent(why -> {
            throw new BadInput(why + " ./mfu flops counts it.");
        });
        if (Program.of(params.program()) == Program.NOTEBOOK && !config.isBookGpt()) {
            throw new BadInput("program=notebook is the book's GPT-2, operation for operation; " + config.name()
                    + " is " + config.family() + ". Leave -p program out.");
        }
        combination.refusalOfLargestBatch().ifPresent(why -> {
            throw new BadInput(why);
        });
        boolean hasTokens = combination.params().containsKey(PassParams.SEQ_LEN);
        if (hasTokens && params.seqLen() > config.context()) {
            throw new BadInput("seqLen " + params.seqLen() + " was requested, but " + config.name() + " takes 1 to "
                    + config.context() + " tokens. Choose a seqLen in that range.");
        }
        if (combination.passId().equals(Optional.of(PassId.DECODE)) && params.seqLen() >= config.context()) {
            throw new BadInput(
                    "seqLen " + params.seqLen() + " was requested for decoding, but " + config.name() + " has "
                            + config.context() + " positions: with " + params.seqLen()
                            + " tokens in the cache there is none for a new one. Choose a seqLen of 1 to "
                            + (config.context() - 1) + ".");
        }
        if (hasTokens && (long) params.batchSize().orElse(1) * params.seqLen() > Integer.MAX_VALUE) {
            throw new BadInput("batchSize " + params.sequences() + " x seqLen " + params.seqLen()
                    + " exceeds the largest number of tokens in one pass.");
        }
        Precision precision = Precision.of(params.dtype());
        if (combination.passId().equals(Optional.of(PassId.TRAIN_STEP))) {
            TrainingStep.of(params.training(), precision);
        }
        Program.of(params.program());
        Gemm.of(params.gemm());
        Logits.of(params.logits());
        Loss.of(params.loss());
        Torch.requireDeviceName(params.device());
    }

    private static String names() {
        return BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT), List.of())
                .stream()
                .map(BenchmarkListEntry::getUsername)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
