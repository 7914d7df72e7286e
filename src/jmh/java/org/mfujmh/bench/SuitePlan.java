package org.mfujmh.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.engine.Torch;
import org.mfujmh.gpt.Gemm;
import org.mfujmh.gpt.GptConfig;
import org.mfujmh.gpt.Loss;
import org.mfujmh.gpt.Precision;
import org.mfujmh.gpt.Program;
import org.mfujmh.results.Entry;
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
record SuitePlan(List<Combination> combinations, Map<String, Timing> timings) {

    /** Without a pattern of the user's: the two passes, of this package only. */
    private static final String DEFAULT = "^org\\.mfujmh\\.bench\\.Forward(Backward)?Benchmark\\.";

    private static final List<String> OURS =
            List.of("model", "batchSize", "seqLen", "dtype", "program", "gemm", "loss");

    /** The longer name is the longer pass. */
    private static final Comparator<Combination> FORWARD_FIRST =
            Comparator.comparingInt(one -> one.benchmark().length());

    /**
     * Every combination of the values given, and of the defaults where none was.
     *
     * @throws BadInput where nothing matches, a parameter is unknown or a value is impossible
     */
    static SuitePlan of(SuiteOptions options, DeviceDefaults defaults) {
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
                            name, jmh.getParameter(name).orElse(defaults.of(benchmark, name, own.get(name)))));
            combinations.addAll(Combination.all(benchmark, values));
        });
        combinations.forEach(SuitePlan::check);
        return new SuitePlan(combinations.stream().sorted(FORWARD_FIRST).toList(), timings);
    }

    /** Other combinations of the same benchmarks. */
    SuitePlan with(List<Combination> others) {
        others.forEach(SuitePlan::check);
        return new SuitePlan(others, timings);
    }

    Timing timing(Combination combination) {
        return timings.get(combination.benchmark());
    }

    /** The one device that all combinations are for, as it was asked for. */
    String device() {
        List<String> devices = combinations.stream()
                .map(one -> one.param("device", "auto"))
                .distinct()
                .toList();
        if (devices.size() > 1) {
            throw new BadInput("Devices " + String.join(", ", devices) + " were asked for at once. A result file"
                    + " belongs to one device: run the suite once for each, and `./mfu compare` the files.");
        }
        return devices.get(0);
    }

    /** What only a measurement can settle: each gemm=auto. */
    List<GemmQuestion> questions() {
        return combinations.stream()
                .filter(GemmQuestion::isAskedBy)
                .map(GemmQuestion::of)
                .distinct()
                .toList();
    }

    /**
     * With everything settled that said {@code auto}, and nothing twice.
     *
     * @param earlier results that this run goes on with: the way to multiply that they were measured by stays,
     *     since a second measurement may come out otherwise where both ways are about as fast
     */
    SuitePlan settled(EngineProbe.Answer engine, List<Entry> earlier) {
        return new SuitePlan(
                combinations.stream()
                        .map(one -> one.params().containsKey("device") ? one.with("device", engine.device()) : one)
                        .map(one -> GemmQuestion.isAskedBy(one) ? one.with("gemm", gemm(one, engine, earlier)) : one)
                        .distinct()
                        .toList(),
                timings);
    }

    private String gemm(Combination asked, EngineProbe.Answer engine, List<Entry> earlier) {
        GemmQuestion question = GemmQuestion.of(asked);
        String measured = engine.gemm().get(question.text()).gemm();
        Set<String> named =
                combinations.stream().map(one -> one.param("gemm", "")).collect(Collectors.toSet());
        List<String> before = ways(
                        earlier.stream().map(entry -> new Combination(entry.benchmark(), entry.params())),
                        question,
                        measured)
                .filter(gemm -> !named.contains(gemm))
                .toList();
        return before.isEmpty() || before.contains(measured) ? measured : before.get(0);
    }

    /**
     * A line for each {@code gemm=auto}: what it stands for in this plan, and why.
     *
     * @param engine by whose answers this plan was settled
     */
    List<String> told(EngineProbe.Answer engine) {
        return engine.gemm().entrySet().stream()
                .map(asked -> "gemm=auto for " + asked.getKey().replace(':', ' ') + " tokens: "
                        + asked.getValue().describe()
                        + keptInstead(asked.getKey(), asked.getValue().gemm()))
                .toList();
    }

    private String keptInstead(String question, String measured) {
        List<String> ways = ways(combinations.stream(), GemmQuestion.parse(question), measured)
                .toList();
        return ways.isEmpty() || ways.contains(measured)
                ? ""
                : "; but " + ways.get(0) + ", as in the file that this goes on with";
    }

    /** How passes to which this question applies multiply; where none is named, as measured. */
    private static Stream<String> ways(Stream<Combination> some, GemmQuestion question, String measured) {
        return some.filter(Combination::isPass)
                .filter(one -> GemmQuestion.of(one).equals(question))
                .map(one -> one.param("gemm", measured))
                .distinct();
    }

    /** As people read them: what is measured first, how it is done after. */
    private static List<String> inOrder(Collection<String> names) {
        Comparator<String> known =
                Comparator.comparingInt(name -> OURS.contains(name) ? OURS.indexOf(name) : OURS.size());
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
        if (!combination.params().keySet().stream().anyMatch(OURS::contains)) {
            return;
        }
        GptConfig config = GptConfig.named(combination.param("model", "gpt-small"));
        LargestBatches.refusal(combination).ifPresent(why -> {
            throw new BadInput(why);
        });
        int batch = LargestBatches.isAsked(combination)
                ? 1
                : wholeNumber("batchSize", combination.param("batchSize", "1"), Integer.MAX_VALUE);
        int tokens = wholeNumber("seqLen", combination.param("seqLen", "1"), Integer.MAX_VALUE);
        if (tokens > config.context()) {
            throw new BadInput("seqLen " + tokens + " was asked for, but " + config.name() + " has positions for 1 to "
                    + config.context() + " tokens. Choose a seqLen in that range.");
        }
        if ((long) batch * tokens > Integer.MAX_VALUE) {
            throw new BadInput(
                    "batchSize " + batch + " x seqLen " + tokens + " is more tokens than fit into one pass.");
        }
        Precision.of(combination.param("dtype", "bf16"));
        Program.of(combination.param("program", "fused"));
        Gemm.of(combination.param("gemm", "auto"));
        Loss.of(combination.param("loss", "sum"));
        Torch.requireDeviceName(combination.param("device", "auto"));
    }

    private static int wholeNumber(String name, String value, int most) {
        if (value.matches("[0-9]{1,10}")) {
            long number = Long.parseLong(value);
            if (number >= 1 && number <= most) {
                return (int) number;
            }
        }
        throw new BadInput(name + " \"" + value + "\" was asked for. It is a whole number, 1 or more"
                + (name.equals("batchSize") ? ", or max" : "") + ", e.g. -p " + name + "=1 or -p " + name + "=1,2,4.");
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
