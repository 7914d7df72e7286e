package org.mfujmh.suite;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.ExitCode;
import org.mfujmh.device.Device;
import org.mfujmh.device.cpu.CpuTime;
import org.mfujmh.device.cpu.HostCpu;
import org.mfujmh.device.machine.Machine;
import org.mfujmh.engine.OperatorTrace;
import org.mfujmh.report.text.SuiteReport;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.suite.batch.MaxBatchCache;
import org.mfujmh.suite.batch.MaxBatchResolver;
import org.mfujmh.suite.batch.ModelMemory;
import org.mfujmh.suite.gate.GateStrategy;
import org.mfujmh.suite.gate.MeasurementStrategy;
import org.mfujmh.suite.gate.SingleBuild;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.DeviceDefaults;
import org.mfujmh.suite.plan.ForkTime;
import org.mfujmh.suite.plan.SuiteOptions;
import org.mfujmh.suite.plan.SuitePlan;
import org.mfujmh.suite.process.ParentWatch;
import org.mfujmh.suite.process.StopHook;
import org.mfujmh.suite.process.SuiteLock;
import org.mfujmh.suite.run.CombinationRun;
import org.mfujmh.suite.run.DeviceNotes;
import org.mfujmh.suite.run.Progress;
import org.mfujmh.suite.run.SuiteFile;
import org.mfujmh.suite.run.TimeLeft;
import org.mfujmh.suite.tuning.EngineProbe;
import org.mfujmh.suite.tuning.GemmAutotuner;
import org.mfujmh.suite.tuning.GemmTuningKey;
import org.mfujmh.suite.tuning.PropertyAutotuner;

/**
 * The suite: expands the parameters into combinations, resolves {@code auto}, runs one JMH Runner per combination and
 * rewrites the result file after each, so that finished results are always on disk. The failure of one combination does
 * not affect the others.
 */
public final class Suite {
    private final SuiteOptions options;
    private final PrintStream progress;
    private final Map<Combination, String> failures = new LinkedHashMap<>();
    private final Set<Combination> kept = new HashSet<>();
    private final MeasurementStrategy strategy;

    private Suite(SuiteOptions options, MeasurementStrategy strategy, PrintStream progress) {
        this.options = options;
        this.strategy = strategy;
        this.progress = progress;
    }

    /**
     * Runs the suite.
     *
     * @param out receives the table
     * @param progress receives everything else
     * @return the exit code: {@link ExitCode#FAILED} if a combination failed
     * @throws BadInput before anything is measured, if the request cannot be met
     */
    public static int run(SuiteOptions options, PrintStream out, PrintStream progress) {
        return new Suite(options, new SingleBuild(), progress).run(out);
    }

    /** The same with a gate, which has the verdicts afterwards; the exit code does not include them. */
    public static int run(SuiteOptions options, GateStrategy gate, PrintStream out, PrintStream progress) {
        try {
            return new Suite(options, gate, progress).run(out);
        } finally {
            gate.close();
        }
    }

    /**
     * Runs the suite as part of another command, without its table.
     *
     * @param farewell what the command says when it is stopped meanwhile; empty for what a suite says
     * @return the results; incomplete if a combination failed, which {@code progress} reports
     */
    public static List<Entry> entries(SuiteOptions options, PrintStream progress, Optional<Supplier<String>> farewell) {
        List<Entry> measured = new ArrayList<>();
        MeasurementStrategy keeping = new SingleBuild() {
            @Override
            public void end(List<Entry> entries) {
                measured.addAll(entries);
            }

            @Override
            public Optional<Supplier<String>> farewell() {
                return farewell;
            }
        };
        new Suite(options, keeping, progress)
                .run(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        return measured;
    }

    private int run(PrintStream out) {
        // Invalid requests are rejected first, before libtorch is queried or a lock is awaited.
        Map<DeviceDefaults, SuitePlan> plans = SuitePlan.byDevice(options);
        String device = plans.values().iterator().next().device();
        options.resultFile().ifPresent(this::file);

        StopHook stop = new StopHook(progress, strategy.farewell(), OperatorTrace::deleteThoseOfChildren);
        if (RunProperty.EXIT_WITH_PARENT
                .ofThisProcess()
                .filter(Boolean::parseBoolean)
                .isPresent()) {
            ParentWatch.startOrderly();
        }
        strategy.prepare(progress);
        Machine machine = Machine.detect();
        machine.troubles().forEach(trouble -> progress.println("Note: " + trouble));
        try (SuiteLock lock = SuiteLock.take(device, machine, progress);
                EngineProbe probe = new EngineProbe()) {
            if (ModelMemory.isOfTheHost(device, machine)) {
                requireFits(plans.get(DeviceDefaults.CPU), machine.cpu());
            }
            progress.println("Querying libtorch about this machine ...");
            Map<DeviceDefaults, List<GemmTuningKey>> asking = new EnumMap<>(DeviceDefaults.class);
            plans.forEach((kind, plan) -> asking.put(kind, GemmAutotuner.questions(plan)));
            EngineProbe.EngineInfo engine = strategy.engine(probe, device, asking);
            Device on = machine.deviceNamed(engine.device());
            // Anew: the run that this one has waited for may have written to it.
            SuiteFile file =
                    options.resultFile().map(this::file).orElseGet(() -> SuiteFile.empty(SuiteFile.newPath(on)));
            strategy.begin(new MeasurementStrategy.Setting(file.path(), Path.of("results", on.slug()), on.name()));
            SuitePlan asked = plans.get(DeviceDefaults.on(engine.device()));
            SuitePlan wanted = ModelMemory.fitting(asked.with(strategy.plan(asked, options)), on, failures);
            GemmAutotuner.ResolvedPlan gemm =
                    GemmAutotuner.resolve(wanted, engine, file.entries(), strategy.baseline());
            PropertyAutotuner chosen = PropertyAutotuner.resolve(
                    gemm.plan().combinations(), file.entries(), strategy.baseline(), all -> strategy.tuned(probe, all));
            probe.end(); // a search needs all the memory
            SuitePlan plan = withNumbers(gemm.plan(), engine, machine, file.entries(), chosen);
            chosen.resolveRest(plan.combinations());
            probe.end();
            RunConditions conditions = RunConditions.of(options, engine, machine, file.path(), chosen::properties);
            file.requireAlike(
                    plan.combinations(), one -> entry -> conditions.differences(one, plan.timing(one), entry));
            new RunHeader(options, engine, machine)
                    .tell(
                            device,
                            plan,
                            Stream.of(gemm.report(), chosen.report(), strategy.tuningNotes())
                                    .flatMap(List::stream)
                                    .toList(),
                            file,
                            progress);
            SuiteEnd end = new SuiteEnd(options, file, progress);
            stop.tellWhenStopped(() -> end.tellStopped(plan));
            CombinationRun runner = new CombinationRun(options);
            measure(plan, file, engine, on, conditions, runner, stop, false);
            Set<Combination> suspects = end.suspects().keySet();
            SuitePlan doubtful = plan.with(
                    plan.combinations().stream().filter(suspects::contains).toList());
            if (!doubtful.combinations().isEmpty()) {
                progress.println();
                progress.println(SecondLook.of(doubtful, plan, strategy).atImplausible());
                measure(doubtful, file, engine, on, conditions, runner, stop, true);
            }
            Optional<BadInput> noVerdict = Optional.empty();
            try {
                SuitePlan undecided = plan.with(strategy.undecided(plan.combinations(), file.entries()));
                if (!undecided.combinations().isEmpty()) {
                    progress.println();
                    progress.println(SecondLook.of(undecided, plan, strategy).atUndecided());
                    measure(undecided, file, engine, on, conditions, runner, stop, true);
                }
                stop.disarm();
                strategy.end(file.entries());
            } catch (BadInput e) {
                stop.holdIfStopping();
                stop.disarm();
                noVerdict = Optional.of(e); // after what was measured, which is good without a verdict too
            }
            strategy.sides().stream().findFirst().ifPresent(side -> out.println("Of " + side + ":"));
            out.print(SuiteReport.of(file.entries(), options.convention()).toText());
            out.flush();
            int exit = end.tell(failures);
            if (noVerdict.isPresent()) {
                throw noVerdict.get();
            }
            return exit;
        } catch (BadInput e) {
            // A process that is ended by Ctrl-C gives no answer: that is no mistake of the user's.
            stop.holdIfStopping();
            // The sentence says what to do; going on as it was is not it.
            stop.disarm();
            throw e;
        }
    }

    private void measure(
            SuitePlan plan,
            SuiteFile file,
            EngineProbe.EngineInfo engine,
            Device device,
            RunConditions conditions,
            CombinationRun runner,
            StopHook stop,
            boolean again) {
        List<Combination> combinations = plan.combinations();
        double speed = engine.flopsPerSecond().orElse(ForkTime.UNKNOWN_FLOPS_PER_SECOND);
        TimeLeft timeLeft = new TimeLeft(
                combinations.stream()
                        .map(one -> new TimeLeft.Part(
                                !again && file.holds(one)
                                        ? 0
                                        : forks(plan, one)
                                                * Math.max(1, strategy.sides().size()),
                                ForkTime.seconds(one, plan.timing(one), speed)))
                        .toList(),
                engine.flopsPerSecond().isPresent());
        Progress shown = new Progress(progress, timeLeft, stop);
        for (int i = 0; i < combinations.size(); i++) {
            stop.holdIfStopping();
            Combination combination = combinations.get(i);
            timeLeft.next();
            String title = "[" + (i + 1) + "/" + combinations.size() + "] " + combination;
            if (!again && file.holds(combination)) {
                progress.println(title + ": already done, kept");
                kept.add(combination);
                continue;
            }
            int forks = forks(plan, combination);
            shown.begin(title, forks, strategy.sides());
            Optional<CpuTime> before = device instanceof HostCpu ? CpuTime.now() : Optional.empty();
            CombinationRun.Outcome outcome = stop.whileMeasuring(() -> {
                CombinationRun.Outcome one = strategy.measure(
                        combination,
                        conditions.of(combination),
                        forks,
                        (which, recorded, number) -> runner.run(which, recorded, number, shown));
                if (one instanceof CombinationRun.Outcome.Completed measured) {
                    file.put(combination, measured.entry());
                }
                return one;
            });
            kept.remove(combination);
            DeviceNotes.whileMeasured(device, before, engine.threads())
                    .forEach(note -> progress.println("    Note: " + note));
            if (outcome instanceof CombinationRun.Outcome.Failed failed) {
                failures.put(combination, failed.cause());
                progress.println("    FAILED: " + failed.cause());
            }
        }
    }

    /** What an earlier, stopped run left is a file without its forks: to have more, a result gets all of them anew. */
    private int forks(SuitePlan plan, Combination one) {
        return plan.timing(one).forks() * (kept.contains(one) ? 2 : 1);
    }

    // ---- the plan

    /** Before libtorch is asked; where nothing was chosen, a gate's file may ask for something else. */
    private void requireFits(SuitePlan plan, Device device) {
        if (options.isChosen()) {
            ModelMemory.fitting(plan, device, new LinkedHashMap<>());
        }
    }

    /** Resolves {@code max} before anything is measured; a combination without a number counts as failed. */
    private SuitePlan withNumbers(
            SuitePlan plan, EngineProbe.EngineInfo engine, Machine machine, List<Entry> done, PropertyAutotuner ways) {
        if (plan.combinations().stream().noneMatch(Combination::asksForLargestBatch)) {
            return plan;
        }
        Path known = Path.of("results", machine.deviceNamed(engine.device()).slug(), MaxBatchCache.FILE_NAME);
        MaxBatchResolver largest = new MaxBatchResolver(machine, options, known, done, progress);
        List<Combination> resolved = largest.resolve(
                plan.combinations(),
                one -> strategy.largestBatch(engine, side -> largest.largest(one, side, ways.properties(one))));
        failures.putAll(largest.failures());
        return new SuitePlan(resolved, plan.timings());
    }

    // ---- the file

    private SuiteFile file(Path path) {
        return options.resume() ? SuiteFile.resumed(path) : SuiteFile.empty(path);
    }
}
