package org.mfujmh.bench;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.compare.Plausibility;
import org.mfujmh.device.Device;
import org.mfujmh.device.Machine;
import org.mfujmh.device.PeakPrecision;
import org.mfujmh.engine.EngineJvm;
import org.mfujmh.engine.installed.TorchInUse;
import org.mfujmh.report.SuiteReport;
import org.mfujmh.results.Entry;

/**
 * The suite: expands the parameters into combinations, settles what says {@code auto}, runs one JMH
 * Runner a combination and rewrites the result file after each, so that whatever happens what was
 * done is on disk. One combination's failure loses no other.
 */
public final class Suite {
    private final SuiteOptions options;
    private final PrintStream progress;
    private final Map<Combination, String> failures = new LinkedHashMap<>();
    private final Course course;

    private Suite(SuiteOptions options, Course course, PrintStream progress) {
        this.options = options;
        this.course = course;
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
        return new Suite(options, new PlainCourse(), progress).run(out);
    }

    /** The same with a gate at its end, which has the verdicts afterwards; its exit code is not this one. */
    public static int run(SuiteOptions options, Gating gate, PrintStream out, PrintStream progress) {
        try {
            return new Suite(options, gate, progress).run(out);
        } finally {
            gate.close();
        }
    }

    /**
     * Runs the suite as a part of another command, without its table.
     *
     * @return what was measured; less than asked for where a combination failed, which {@code progress} has told
     */
    public static List<Entry> entries(SuiteOptions options, PrintStream progress) {
        List<Entry> measured = new ArrayList<>();
        Course keeping = new PlainCourse() {
            @Override
            public void end(List<Entry> entries) {
                measured.addAll(entries);
            }
        };
        new Suite(options, keeping, progress)
                .run(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        return measured;
    }

    private int run(PrintStream out) {
        // What can be refused is refused first, before libtorch is asked or anything is waited for.
        Map<DeviceDefaults, SuitePlan> plans = plans();
        String device = plans.values().iterator().next().device();
        Optional<SuiteFile> named = options.resultFile().map(this::file);

        StopHook stop = new StopHook(progress);
        if (Boolean.getBoolean("mfu.exitWithParent")) {
            ParentWatch.startOrderly();
        }
        TorchInUse.prepare(progress);
        List<String> jvmArgs = jvmArgs();
        Machine machine = Machine.detect();
        machine.troubles().forEach(trouble -> progress.println("Note: " + trouble));
        try (SuiteLock lock = SuiteLock.take(device, machine, progress)) {
            progress.println("Asking libtorch about this machine ...");
            Map<DeviceDefaults, List<GemmQuestion>> asking = new EnumMap<>(DeviceDefaults.class);
            plans.forEach((kind, plan) -> asking.put(kind, plan.questions()));
            EngineProbe.Answer engine = EngineProbe.ask(device, asking, jvmArgs);
            SuiteFile file =
                    named.orElseGet(() -> SuiteFile.empty(SuiteFile.newPath(Provenance.device(engine, machine))));
            Device on = Provenance.device(engine, machine);
            course.begin(new Course.Setting(file.path(), Path.of("results", on.slug()), on.name()));
            SuitePlan asked = plans.get(DeviceDefaults.on(engine.device()));
            SuitePlan settled = asked.with(course.plan(asked.combinations(), options.isChosen()))
                    .settled(engine, file.entries());
            SuitePlan plan = withNumbers(settled, engine, machine, file.entries());
            Forms forms = Forms.settle(
                    plan.combinations(),
                    file.entries(),
                    course.baseline(),
                    questions -> course.forms(questions, jvmArgs));
            Function<Combination, Provenance> provenance = provenance(engine, machine, forms);
            file.requireAlike(plan.combinations(), one -> entry -> differences(plan, one, provenance, entry));
            new Opening(options, engine, machine).tell(device, plan, forms, file, progress);
            stop.tellWhenStopped(() -> tellStopped(plan, file));
            CombinationRun runner = new CombinationRun(options, jvmArgs);
            measure(plan, file, engine, on, provenance, runner, stop, false);
            Set<Combination> suspects = suspects(file).keySet();
            SuitePlan doubtful = plan.with(
                    plan.combinations().stream().filter(suspects::contains).toList());
            if (!doubtful.combinations().isEmpty()) {
                progress.println();
                progress.println("Faster than the roofline beside it, which a busy neighbour can do: "
                        + doubtful.combinations().size() + " of "
                        + plan.combinations().size() + ". As many forks again for each, before it counts as suspect.");
                measure(doubtful, file, engine, on, provenance, runner, stop, true);
            }
            SuitePlan undecided = plan.with(course.undecided(plan.combinations(), file.entries()));
            if (!undecided.combinations().isEmpty()) {
                progress.println();
                progress.println("Undecided: " + undecided.combinations().size() + " of "
                        + plan.combinations().size() + ". As many forks again for each.");
                measure(undecided, file, engine, on, provenance, runner, stop, true);
            }
            stop.disarm();
            course.end(file.entries());
            out.print(SuiteReport.of(file.entries(), options.convention()).toText());
            out.flush();
            return end(file);
        }
    }

    private Map<DeviceDefaults, SuitePlan> plans() {
        Map<DeviceDefaults, SuitePlan> plans = new EnumMap<>(DeviceDefaults.class);
        String device = SuitePlan.of(options, DeviceDefaults.CPU).device();
        DeviceDefaults.possible(device).forEach(kind -> plans.put(kind, SuitePlan.of(options, kind)));
        return plans;
    }

    private void measure(
            SuitePlan plan,
            SuiteFile file,
            EngineProbe.Answer engine,
            Device device,
            Function<Combination, Provenance> provenance,
            CombinationRun runner,
            StopHook stop,
            boolean again) {
        List<Combination> combinations = plan.combinations();
        double speed = engine.flopsPerSecond().orElse(ForkTime.UNKNOWN_FLOPS_PER_SECOND);
        TimeLeft timeLeft = new TimeLeft(
                combinations.stream()
                        .map(one -> new TimeLeft.Part(
                                !again && file.holds(one) ? 0 : plan.timing(one).forks() * course.builds(),
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
                progress.println(title + ": done before, kept");
                continue;
            }
            shown.begin(title, plan.timing(combination).forks(), course.builds());
            CombinationRun.Outcome outcome = course.measure(
                    combination,
                    provenance.apply(combination),
                    plan.timing(combination).forks(),
                    (one, recorded, forks) -> runner.run(one, recorded, forks, shown));
            stop.holdIfStopping();
            DeviceNotes.others(device).ifPresent(note -> progress.println("    Note: " + note));
            if (outcome instanceof CombinationRun.Outcome.Measured measured) {
                file.put(combination, measured.entry());
            } else if (outcome instanceof CombinationRun.Outcome.Failed failed) {
                failures.put(combination, failed.cause());
                progress.println("    FAILED: " + failed.cause());
            }
        }
    }

    // ---- what is told

    private void tellStopped(SuitePlan plan, SuiteFile file) {
        long done = plan.combinations().stream().filter(file::holds).count();
        progress.println();
        progress.println("Stopped: " + done + " of " + plan.combinations().size() + " combinations done"
                + (done == 0 ? ", so nothing was written." : ", which are in " + file.path() + "."));
        progress.println(ResumeCommand.sentence("To go on", options.arguments(), file.path()));
    }

    /** Measurements that cannot be true, and why; they stand in the file, where anyone can look at them. */
    private static Map<Combination, String> suspects(SuiteFile file) {
        Plausibility plausibility = new Plausibility(file.entries());
        Map<Combination, String> suspects = new LinkedHashMap<>();
        for (Entry entry : file.entries()) {
            plausibility
                    .suspicion(entry)
                    .ifPresent(why -> suspects.put(new Combination(entry.benchmark(), entry.params()), why));
        }
        return suspects;
    }

    private int end(SuiteFile file) {
        int results = file.entries().size();
        progress.println();
        progress.println(
                results == 0
                        ? "Nothing was measured, so no file was written."
                        : "Written: " + file.path() + " (" + results + " result" + (results == 1 ? "" : "s") + ")");
        if (results > 0) {
            progress.println(ReportPage.writeBeside(file.path(), file.entries()));
        }
        Map<Combination, String> suspects = suspects(file);
        suspects.forEach((combination, why) -> progress.println("SUSPECT: " + combination + ": " + why + "."));
        if (failures.isEmpty()) {
            return suspects.isEmpty() ? 0 : 1;
        }
        progress.println(failures.size() + " combination" + (failures.size() == 1 ? "" : "s") + " failed:");
        failures.forEach((combination, cause) -> progress.println("  " + combination + ": " + cause));
        progress.println(ResumeCommand.sentence("To run what is missing", options.arguments(), file.path()));
        return 1;
    }

    // ---- what is to be run, and where

    /** The options of a fork's JVM: ours, unless the user gave others. A heap that shrinks to what is used, at once. */
    static List<String> jvmArgs() {
        List<String> arguments = new ArrayList<>(List.of(
                "-Xmx1g",
                "-Xms8m",
                "-Xmn8m",
                "-XX:+UseSerialGC",
                "-XX:MinHeapFreeRatio=10",
                "-XX:MaxHeapFreeRatio=30",
                "-XX:-ShrinkHeapInSteps"));
        arguments.addAll(EngineJvm.options());
        return arguments;
    }

    /** What says {@code max} gets its number before anything is measured; where there is none, it has failed. */
    private SuitePlan withNumbers(SuitePlan plan, EngineProbe.Answer engine, Machine machine, List<Entry> earlier) {
        if (plan.combinations().stream().noneMatch(LargestBatches::isAsked)) {
            return plan;
        }
        Path known = Path.of("results", Provenance.device(engine, machine).slug(), KnownLargest.FILE_NAME);
        LargestBatches largest = new LargestBatches(engine, machine, options, known, earlier, progress);
        SuitePlan numbered = new SuitePlan(largest.resolve(plan.combinations()), plan.timings());
        failures.putAll(largest.failures());
        return numbered;
    }

    /** What each combination's forks record; the peak depends on its dtype, the form on the pass. */
    private Function<Combination, Provenance> provenance(EngineProbe.Answer engine, Machine machine, Forms forms) {
        Provenance base = Provenance.of(engine, machine);
        Device device = Provenance.device(engine, machine);
        return combination -> base.with(options.peaks()
                        .denominator(
                                device,
                                PeakPrecision.of(combination.param("dtype", "bf16"))
                                        .orElse(PeakPrecision.BF16)))
                .with(forms.properties(combination));
    }

    /** What an earlier result of the same combination was measured by otherwise; empty where by the same. */
    private static String differences(
            SuitePlan plan, Combination one, Function<Combination, Provenance> provenance, Entry earlier) {
        return Stream.of(
                        provenance.apply(one).differences(earlier),
                        plan.timing(one).differences(earlier))
                .flatMap(Optional::stream)
                .collect(Collectors.joining("; "));
    }

    // ---- the file

    private SuiteFile file(Path path) {
        return options.resume() ? SuiteFile.resumed(path) : SuiteFile.empty(path);
    }
}
