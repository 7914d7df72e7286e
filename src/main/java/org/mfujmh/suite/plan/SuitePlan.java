package org.mfujmh.suite.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.mfujmh.BadInput;
import org.mfujmh.engine.Torch;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Which combinations a run consists of, every value checked before anything is started.
 *
 * @param combinations in the order in which they are run
 * @param timings by benchmark
 */
public record SuitePlan(List<Combination> combinations, Map<String, Timing> timings) {

    /** Without a pattern of the user's: the two passes, of this package only. */
    private static final String DEFAULT = PassId.pattern(PassId.FORWARD, PassId.FORWARD_BACKWARD);

    /** Passes as {@link PassId} has them, and after them what is none. */
    private static final Comparator<Combination> PASSES_IN_ORDER =
            Comparator.comparingInt(one -> one.passId().map(PassId::ordinal).orElse(PassId.values().length));

    /**
     * Every combination of the values given, and of the defaults where none was.
     *
     * @throws BadInput where nothing matches, a parameter is unknown or a value is impossible
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
            throw new BadInput("No benchmark matches " + patterns + ". There are " + names() + ".");
        }
        Map<String, Map<String, String[]>> parameters = new LinkedHashMap<>();
        Map<String, Timing> timings = new LinkedHashMap<>();
        found.forEach(entry -> {
            parameters.put(entry.getUsername(), entry.getParams().orElse(Map.of()));
            timings.put(entry.getUsername(), Timing.of(entry, jmh));
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

    /** Other combinations of the same benchmarks. */
    public SuitePlan with(List<Combination> others) {
        others.forEach(SuitePlan::check);
        return new SuitePlan(others, timings);
    }

    public Timing timing(Combination combination) {
        return timings.get(combination.benchmark());
    }

    /** The one device that all combinations are for, as it was asked for. */
    public String device() {
        List<String> devices = combinations.stream()
                .map(one -> one.passParams().device())
                .distinct()
                .toList();
        if (devices.size() > 1) {
            throw new BadInput("Devices " + String.join(", ", devices) + " were asked for at once. A result file"
                    + " belongs to one device: run the suite once for each, and `./mfu compare` the files.");
        }
        return devices.get(0);
    }

    /** A model that is named as others name it goes by our name in a result, so that the two are one. */
    private static Collection<String> named(String parameter, Collection<String> values) {
        return parameter.equals(PassParams.MODEL)
                ? values.stream()
                        .map(value -> Models.named(value).name())
                        .distinct()
                        .toList()
                : values;
    }

    /** As people read them: what is measured first, how it is done after. */
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
                throw new BadInput("-p " + asked + "=... was asked for, but the selected benchmarks have no such"
                        + " parameter. They have " + String.join(", ", known) + ".");
            }
        }
    }

    /** Every value of ours is possible; a stranger's benchmark keeps its own rules. */
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
            throw new BadInput("seqLen " + params.seqLen() + " was asked for, but " + config.name()
                    + " has positions for 1 to " + config.context() + " tokens. Choose a seqLen in that range.");
        }
        if (hasTokens && (long) params.batchSize().orElse(1) * params.seqLen() > Integer.MAX_VALUE) {
            throw new BadInput("batchSize " + params.sequences() + " x seqLen " + params.seqLen()
                    + " is more tokens than fit into one pass.");
        }
        Precision.of(params.dtype());
        Program.of(params.program());
        Gemm.of(params.gemm());
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
