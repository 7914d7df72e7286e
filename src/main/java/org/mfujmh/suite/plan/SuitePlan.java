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
import org.mfujmh.DidYouMean;
import org.mfujmh.engine.Torch;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Logits;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Optimizer;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.TrainingStep;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The combinations of a run; all values are checked before anything starts.
 *
 * @param combinations in the order in which they run
 * @param timings by benchmark, of every benchmark that there is
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
        OutputFormat silent = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT);
        SortedSet<BenchmarkListEntry> found = BenchmarkList.defaultList().find(silent, patterns, jmh.getExcludes());
        if (found.isEmpty()) {
            throw new BadInput("No benchmark matches " + patterns + ". Available: " + names() + ".");
        }
        Map<String, Map<String, String[]>> parameters = new LinkedHashMap<>();
        Map<String, Timing> timings = new LinkedHashMap<>();
        found.forEach(
                entry -> parameters.put(entry.getUsername(), entry.getParams().orElse(Map.of())));
        BenchmarkList.defaultList().getAll(silent, List.of()).forEach(entry -> {
            boolean hasModel = entry.getParams().orElse(Map.of()).containsKey(PassParams.MODEL);
            Timing usual = Timing.of(entry, jmh);
            Timing timing = hasModel ? defaults.timing(usual, jmh) : usual;
            OptionalInt forks = hasModel ? defaults.forks(entry.getUsername(), jmh) : OptionalInt.empty();
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
        if (!jmh.getParameter(PassParams.SEQ_LEN).hasValue()) {
            combinations.replaceAll(SuitePlan::withinContext);
        }
        combinations.forEach(SuitePlan::check);
        return new SuitePlan(combinations.stream().sorted(PASSES_IN_ORDER).toList(), timings);
    }

    /** The plan for each kind of device that {@code device} may turn out to be. */
    public static Map<DeviceDefaults, SuitePlan> byDevice(SuiteOptions options) {
        Map<DeviceDefaults, SuitePlan> plans = new EnumMap<>(DeviceDefaults.class);
        String device = of(options, DeviceDefaults.CPU).device();
        DeviceDefaults.possible(device).forEach(kind -> plans.put(kind, of(options, kind)));
        requireUse(options, plans.values());
        return plans;
    }

    /** @throws BadInput if an option was given that no combination uses: it would be ignored without a word */
    private static void requireUse(SuiteOptions options, Collection<SuitePlan> plans) {
        List<Combination> all =
                plans.stream().flatMap(plan -> plan.combinations.stream()).toList();
        List<String> ofLargest = options.largest().named();
        if (!ofLargest.isEmpty() && all.stream().noneMatch(Combination::asksForLargestBatch)) {
            throw new BadInput(String.join(" and ", ofLargest) + " only matters for the largest batch, and none was"
                    + " requested. Add -p batchSize=max, or leave it out.");
        }
        List<String> dtypes = all.stream()
                .filter(Combination::isPass)
                .map(one -> one.passParams().dtype())
                .distinct()
                .toList();
        if (options.peaks().given().isPresent() && dtypes.size() > 1) {
            throw new BadInput("--peak-tflops is the peak of one precision, but " + String.join(" and ", dtypes)
                    + " were requested. Run the suite once for each, or list the peaks in a table (--peaks-csv,"
                    + " docs/reference/peaks.md).");
        }
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
                String guess = DidYouMean.to(asked, List.copyOf(known))
                        .map(name -> " Did you mean " + name + "?")
                        .orElse("");
                throw new BadInput("-p " + asked + " was given, but the selected benchmarks have no such parameter."
                        + guess + " They have " + String.join(", ", known) + ".");
            }
        }
    }

    /** The same with as many tokens as the model takes, if the default is more. */
    private static Combination withinContext(Combination one) {
        if (!one.params().keySet().containsAll(List.of(PassParams.MODEL, PassParams.SEQ_LEN))) {
            return one;
        }
        int longest = longest(one, Models.named(one.passParams().model()));
        return one.passParams().seqLen() > longest
                ? one.with(PassParams.SEQ_LEN, String.valueOf(Math.max(1, longest)))
                : one;
    }

    /** The most tokens that the model takes; decoding needs a position for the new one. */
    private static int longest(Combination one, Architecture model) {
        boolean decodes = one.passId().equals(Optional.of(PassId.DECODE));
        return decodes ? model.context() - 1 : model.context();
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
        if (hasTokens && params.seqLen() > longest(combination, config)) {
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
            TrainingStep step = TrainingStep.of(params.training(), precision);
            if (precision == Precision.FP16
                    && Loss.of(params.loss()) == Loss.SUM
                    && step.optimizer() != Optimizer.NONE) {
                throw new BadInput(
                        "With dtype=fp16 and loss=sum gradients exceed 65,504, the largest fp16 number, and an"
                                + " optimizer would make NaN of them. Choose loss=cross_entropy, or dtype=bf16.");
            }
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
