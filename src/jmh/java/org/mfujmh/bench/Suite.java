package org.mfujmh.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.mfujmh.BadInput;
import org.mfujmh.device.Denominator;
import org.mfujmh.device.Machine;
import org.mfujmh.device.PeakPrecision;
import org.mfujmh.device.PeakTable;
import org.mfujmh.engine.EngineJvm;
import org.mfujmh.gpt.GptConfig;
import org.mfujmh.report.SuiteReport;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * The suite: expands the parameters into combinations, settles what says {@code auto}, runs one JMH
 * Runner a combination and rewrites the result file after each, so that whatever happens what was
 * done is on disk. One combination's failure loses no other.
 */
public final class Suite {
    private static final DateTimeFormatter FILE_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HHmmss'Z'");

    /** A fork's start, weights and proof of work, in the seconds of {@link #ASSUMED_FLOPS_PER_SECOND}. */
    private static final double FORK_SECONDS = 4;

    /** Only weighs combinations against each other for the time left; the speed itself is measured. */
    private static final double ASSUMED_FLOPS_PER_SECOND = 2e11;

    private final SuiteOptions options;
    private final PrintStream progress;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Combination, String> failures = new LinkedHashMap<>();

    private Suite(SuiteOptions options, PrintStream progress) {
        this.options = options;
        this.progress = progress;
    }

    /**
     * Runs the suite.
     *
     * @param out where the table goes
     * @param progress where everything else goes
     * @return the exit code: 0, or 1 where a combination failed
     * @throws BadInput before anything was measured, where the request cannot be met
     */
    public static int run(SuiteOptions options, PrintStream out, PrintStream progress) {
        return new Suite(options, progress).run(out);
    }

    private int run(PrintStream out) {
        if (Boolean.getBoolean("mfu.exitWithParent")) {
            ParentWatch.start();
        }
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly),
                        "mfu-no-orphans"));
        List<Combination> asked = SuitePlan.of(options);
        List<String> jvmArgs = jvmArgs();
        Machine machine = Machine.detect();
        machine.warnings().forEach(warning -> progress.println("Note: " + warning));
        try (SuiteLock lock = SuiteLock.take(progress)) {
            progress.println("Asking libtorch about this machine ...");
            EngineProbe.Answer engine = EngineProbe.ask(device(asked), questions(asked), jvmArgs);
            Function<Combination, Provenance> provenance = provenance(engine, machine);
            Path file = resultFile(Provenance.device(engine, machine).slug());
            List<Combination> combinations = withNumbers(
                    asked.stream().map(one -> resolved(one, engine)).distinct().toList(), engine, machine);
            if (options.resume()) {
                resume(file, combinations, provenance);
            }
            requireWritable(file);
            tell(engine, machine, file);
            measure(combinations, file, jvmArgs, provenance);
            out.print(SuiteReport.of(entries, options.convention()).toText());
            out.flush();
            return end(file);
        }
    }

    private void measure(
            List<Combination> combinations,
            Path file,
            List<String> jvmArgs,
            Function<Combination, Provenance> provenance) {
        TimeLeft timeLeft = new TimeLeft(
                combinations.stream().map(this::forkWeight).toList(),
                combinations.stream().map(one -> forks()).toList());
        Progress shown = new Progress(progress, timeLeft);
        CombinationRun runner = new CombinationRun(options, shown, jvmArgs);
        for (int i = 0; i < combinations.size(); i++) {
            Combination combination = combinations.get(i);
            timeLeft.next();
            String title = "[" + (i + 1) + "/" + combinations.size() + "] " + combination;
            if (entries.stream().anyMatch(entry -> isOf(entry, combination))) {
                progress.println(title + ": done before, kept");
                continue;
            }
            shown.begin(title);
            CombinationRun.Outcome outcome = runner.run(combination, provenance.apply(combination));
            if (outcome instanceof CombinationRun.Outcome.Measured measured) {
                entries.add(measured.entry());
                ResultFile.write(file, entries);
            } else if (outcome instanceof CombinationRun.Outcome.Failed failed) {
                failures.put(combination, failed.cause());
                progress.println("    FAILED: " + failed.cause());
            }
        }
    }

    private int end(Path file) {
        progress.println();
        progress.println(
                entries.isEmpty()
                        ? "Nothing was measured, so no file was written."
                        : "Written: " + file + " (" + entries.size() + " result" + (entries.size() == 1 ? "" : "s")
                                + ")");
        if (failures.isEmpty()) {
            return 0;
        }
        progress.println(failures.size() + " combination" + (failures.size() == 1 ? "" : "s") + " failed:");
        failures.forEach((combination, cause) -> progress.println("  " + combination + ": " + cause));
        progress.println("To run what is missing: the same command with --resume -rff " + file);
        return 1;
    }

    private void tell(EngineProbe.Answer engine, Machine machine, Path file) {
        progress.println("Device: " + engine.device() + ", "
                + Provenance.device(engine, machine).name());
        progress.println("CPU: " + machine.cpu().describe());
        progress.println("libtorch " + engine.torch() + ", DJL " + engine.djl() + ", " + engine.threads() + " threads");
        engine.measured()
                .forEach((question, rates) -> progress.println("gemm=auto for " + question.replaceAll(":", " ")
                        + " tokens: " + engine.gemm().get(question) + " (measured: " + rates + ")"));
        progress.println("Results: " + file);
        progress.println();
    }

    // ---- what is to be run

    /** The options of a fork's JVM: ours, unless the user gave others. */
    private List<String> jvmArgs() {
        List<String> arguments = new ArrayList<>(List.of("-Xmx1g", "-XX:+UseSerialGC"));
        arguments.addAll(EngineJvm.options());
        return arguments;
    }

    private static String device(List<Combination> combinations) {
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

    private static List<String> questions(List<Combination> combinations) {
        return combinations.stream()
                .filter(one -> one.param("gemm", "").equals("auto"))
                .map(Suite::question)
                .distinct()
                .toList();
    }

    private static String question(Combination one) {
        // What is faster for 256 rows is faster for more: GemmChoice looks at no more than that.
        String batch = LargestBatches.isAsked(one) ? "1" : one.param("batchSize", "1");
        long tokens = Long.parseLong(batch) * Long.parseLong(one.param("seqLen", "1024"));
        return one.param("model", "gpt-small") + ":" + one.param("dtype", "bf16") + ":" + Math.min(tokens, 256);
    }

    private static Combination resolved(Combination one, EngineProbe.Answer engine) {
        Combination settled = one.params().containsKey("device") ? one.with("device", engine.device()) : one;
        return one.param("gemm", "").equals("auto")
                ? settled.with("gemm", engine.gemm().get(question(one)))
                : settled;
    }

    /** What says {@code max} gets its number before anything is measured; where there is none, it has failed. */
    private List<Combination> withNumbers(List<Combination> some, EngineProbe.Answer engine, Machine machine) {
        if (some.stream().noneMatch(LargestBatches::isAsked)) {
            return some;
        }
        Path known = Path.of("results", Provenance.device(engine, machine).slug(), KnownLargest.FILE_NAME);
        LargestBatches largest = new LargestBatches(engine, machine, options, known, progress);
        List<Combination> numbered = largest.resolve(some);
        failures.putAll(largest.failures());
        return numbered;
    }

    private int forks() {
        return options.jmh().getForkCount().orElse(5);
    }

    private double forkWeight(Combination one) {
        double passes = one.benchmark().endsWith("forwardBackward") ? 3 : 1;
        double flops = one.params().containsKey("batchSize")
                ? 2.0
                        * GptConfig.named(one.param("model", "gpt-small")).matmulWeights()
                        * Long.parseLong(one.param("batchSize", "1"))
                        * Long.parseLong(one.param("seqLen", "1024"))
                : 0;
        return FORK_SECONDS + 4 * Math.max(2, passes * flops / ASSUMED_FLOPS_PER_SECOND);
    }

    /** What each combination's forks record; the peak depends on its dtype. */
    private Function<Combination, Provenance> provenance(EngineProbe.Answer engine, Machine machine) {
        Provenance base = Provenance.of(engine, machine);
        PeakTable peaks = PeakTable.load();
        OptionalDouble given = options.peakTflops().map(OptionalDouble::of).orElse(OptionalDouble.empty());
        return combination -> base.with(Denominator.of(
                Provenance.device(engine, machine),
                PeakPrecision.of(combination.param("dtype", "bf16")).orElse(PeakPrecision.BF16),
                given,
                peaks));
    }

    // ---- the file

    private Path resultFile(String slug) {
        return options.resultFile()
                .orElseGet(() -> Path.of(
                        "results", slug, LocalDateTime.now(ZoneOffset.UTC).format(FILE_TIME) + ".json"));
    }

    private static void requireWritable(Path file) {
        try {
            Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".mfu", ".probe"));
            if (Files.isDirectory(file)) {
                throw new BadInput("-rff " + file + " is a folder. Name a file in it.");
            }
        } catch (IOException e) {
            throw new BadInput(
                    "The results cannot be written to " + file + " ("
                            + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "). Choose another place by -rff FILE.",
                    e);
        }
    }

    private void resume(Path file, List<Combination> combinations, Function<Combination, Provenance> provenance) {
        if (!Files.exists(file)) {
            progress.println("Nothing to resume: " + file + " does not exist yet.");
            return;
        }
        for (Entry entry : ResultFile.read(file)) {
            combinations.stream()
                    .filter(combination -> isOf(entry, combination))
                    .findFirst()
                    .flatMap(combination -> provenance.apply(combination).differences(entry))
                    .ifPresent(differences -> {
                        throw new BadInput("--resume refuses " + file + ": it was measured otherwise (" + differences
                                + "). Results of both would not belong together; write a new file instead.");
                    });
            if (CombinationRun.missing(entry).isEmpty()) {
                entries.add(entry);
            }
        }
    }

    private static boolean isOf(Entry entry, Combination combination) {
        return entry.benchmark().equals(combination.benchmark())
                && entry.params().equals(combination.params());
    }

    /** Prints JMH's own help to standard output. */
    public static void showJmhHelp() {
        try {
            new CommandLineOptions("-h").showHelp();
        } catch (CommandLineOptionException | IOException e) {
            throw new IllegalStateException("JMH does not show its help", e);
        }
    }
}
