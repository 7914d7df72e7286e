package org.mfujmh.suite.run;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.mfujmh.engine.installed.TorchInUse;
import org.mfujmh.profiler.MfuProfiler;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.SuiteOptions;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs one combination in one JMH Runner, and checks whether it completed, or why not. */
public final class CombinationRun {

    /** The outcome of a combination. */
    public sealed interface Outcome {
        /** All requested forks and iterations completed. */
        record Completed(Entry entry, RunResult result) implements Outcome {}

        /** Some did not; the cause, as a sentence. */
        record Failed(String cause) implements Outcome {}
    }

    private static final long CHECK_MILLIS = 250;

    private final SuiteOptions options;

    public CombinationRun(SuiteOptions options) {
        this.options = options;
    }

    /**
     * Runs forks of a combination.
     *
     * @param provenance the properties that the forks record
     */
    public Outcome run(Combination combination, Provenance provenance, int forks, Progress progress) {
        TorchInUse.requireUnchanged();
        ChainedOptionsBuilder jmh = new OptionsBuilder()
                .parent(options.jmh())
                .forks(forks)
                .include("^" + Pattern.quote(combination.benchmark()) + "$")
                .addProfiler(MfuProfiler.class)
                .shouldFailOnError(true)
                .jvmArgsAppend(appended(combination, provenance));
        if (!options.jmh().getJvmArgs().hasValue()) {
            // Asked each time: the libtorch in use is another one while the forks of a baseline are started.
            jmh.jvmArgs(ForkJvmOptions.defaults().toArray(String[]::new));
        }
        if (!combination.params().containsKey(PassParams.LOGITS)) {
            // It does not name the default, and would take over each of the values that the run was asked for.
            jmh.param(PassParams.LOGITS, PassParams.DEFAULT_LOGITS);
        }
        combination.params().forEach(jmh::param);
        long killsBefore = FailureCause.kernelKills();
        AtomicBoolean hung = new AtomicBoolean();
        Thread watch = new Thread(() -> watch(hung, progress), "mfu-deadline");
        watch.setDaemon(true);
        watch.start();
        try {
            Collection<RunResult> results = new Runner(jmh.build(), progress).run();
            return hung.get() ? hanging() : checked(combination, results);
        } catch (RunnerException e) {
            return hung.get()
                    ? hanging()
                    : new Outcome.Failed(FailureCause.of(e, progress.said(), FailureCause.kernelKills() - killsBefore));
        } finally {
            watch.interrupt();
        }
    }

    private String[] appended(Combination combination, Provenance provenance) {
        List<String> all = new ArrayList<>();
        if (options.jmh().getJvmArgs().hasValue()) {
            // The user's -jvmArgs replace the suite's, but the choice of PyTorch must be kept.
            all.addAll(TorchInUse.jvmOptions());
        }
        options.jmh().getJvmArgsAppend().orElse(List.of()).forEach(all::add);
        all.addAll(provenance.jvmArgs());
        combination.modelJson().ifPresent(json -> all.add(RunProperty.MODEL.argument(json)));
        all.add(RunProperty.TIME.argument(String.valueOf(Instant.now().truncatedTo(ChronoUnit.SECONDS))));
        return all.toArray(String[]::new);
    }

    /**
     * Kills a fork without progress for too long, since native code cannot be interrupted. Time during which this
     * process itself was suspended (Ctrl-Z) does not count, as its forks were too.
     */
    private void watch(AtomicBoolean hung, Progress progress) {
        try {
            long silent = 0;
            long signs = progress.signs();
            while (!hung.get()) {
                long before = System.nanoTime();
                Thread.sleep(CHECK_MILLIS);
                silent += Math.min(System.nanoTime() - before, 2 * CHECK_MILLIS * 1_000_000);
                if (progress.signs() != signs) {
                    signs = progress.signs();
                    silent = 0;
                } else if (silent > options.deadline().toNanos()) {
                    hung.set(true);
                    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
                }
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }

    private Outcome hanging() {
        return new Outcome.Failed("its fork made no progress for " + inWords(options.deadline()) + " and was killed "
                + "(increase --deadline to allow more)");
    }

    /** Checks for missing forks or iterations, which JMH treats as success. */
    static Outcome checked(Combination combination, Collection<RunResult> results) {
        if (results.size() != 1) {
            return new Outcome.Failed("JMH returned " + results.size() + " results for one combination");
        }
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        ResultFormatFactory.getInstance(ResultFormatType.JSON, new PrintStream(json, false, StandardCharsets.UTF_8))
                .writeOut(results);
        Entry entry = Entry.parseAll(json.toString(StandardCharsets.UTF_8)).get(0);
        if (!combination.isOf(entry)) {
            return new Outcome.Failed(
                    "JMH returned a result of a different combination: " + entry.benchmark() + " " + entry.params());
        }
        return missing(entry)
                .<Outcome>map(Outcome.Failed::new)
                .orElseGet(() -> new Outcome.Completed(entry, results.iterator().next()));
    }

    /** The requested forks or iterations that an entry lacks; empty if it is complete. */
    static Optional<String> missing(Entry entry) {
        double[][] raw = entry.primary().rawData();
        if (raw.length < entry.forks()) {
            return Optional.of("only " + raw.length + " of " + entry.forks() + " forks returned a result");
        }
        for (double[] fork : raw) {
            if (fork.length < entry.measurementIterations()) {
                return Optional.of("a fork completed only " + fork.length + " of " + entry.measurementIterations()
                        + " iterations");
            }
        }
        return Optional.empty();
    }

    private static String inWords(Duration time) {
        return time.toMinutes() > 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
    }
}
