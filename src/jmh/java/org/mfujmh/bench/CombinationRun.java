package org.mfujmh.bench;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mfujmh.profiler.MfuProfiler;
import org.mfujmh.results.Entry;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs one combination in one JMH Runner, and finds out whether all of it came back, or why not. */
final class CombinationRun {

    /** What came of it. */
    sealed interface Outcome {
        /** All forks and iterations that were asked for. */
        record Measured(Entry entry, RunResult result) implements Outcome {}

        /** Less, and why, in a sentence. */
        record Failed(String cause) implements Outcome {}
    }

    private static final long CHECK_MILLIS = 250;

    private final SuiteOptions options;
    private final Progress progress;
    private final List<String> jvmArgs;

    CombinationRun(SuiteOptions options, Progress progress, List<String> jvmArgs) {
        this.options = options;
        this.progress = progress;
        this.jvmArgs = List.copyOf(jvmArgs);
    }

    /** @param provenance what the forks are to record of where they run */
    Outcome run(Combination combination, Provenance provenance, int forks) {
        ChainedOptionsBuilder jmh = new OptionsBuilder()
                .parent(options.jmh())
                .forks(forks)
                .include("^" + Pattern.quote(combination.benchmark()) + "$")
                .addProfiler(MfuProfiler.class)
                .shouldFailOnError(true)
                .jvmArgsAppend(appended(provenance));
        if (!options.jmh().getJvmArgs().hasValue()) {
            jmh.jvmArgs(jvmArgs.toArray(String[]::new));
        }
        combination.params().forEach(jmh::param);
        AtomicBoolean hung = new AtomicBoolean();
        Thread watch = new Thread(() -> watch(hung), "mfu-deadline");
        watch.setDaemon(true);
        watch.start();
        try {
            Collection<RunResult> results = new Runner(jmh.build(), progress).run();
            return hung.get() ? hanging() : checked(results);
        } catch (RunnerException e) {
            return hung.get() ? hanging() : new Outcome.Failed(cause(e));
        } finally {
            watch.interrupt();
        }
    }

    private String[] appended(Provenance provenance) {
        List<String> all = new ArrayList<>();
        options.jmh().getJvmArgsAppend().orElse(List.of()).forEach(all::add);
        all.addAll(provenance.jvmArgs());
        return all.toArray(String[]::new);
    }

    /** Native code cannot be interrupted: a fork that gives no sign for too long is killed. */
    private void watch(AtomicBoolean hung) {
        try {
            while (!hung.get()) {
                Thread.sleep(CHECK_MILLIS);
                if (progress.silence().compareTo(options.deadline()) > 0) {
                    hung.set(true);
                    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
                }
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }

    private Outcome hanging() {
        return new Outcome.Failed("nothing came from its fork for " + inWords(options.deadline())
                + ", so it was killed (--deadline allows more)");
    }

    /** JMH calls a result with fewer forks or iterations a success. */
    static Outcome checked(Collection<RunResult> results) {
        if (results.isEmpty()) {
            return new Outcome.Failed("JMH came back without a result");
        }
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        ResultFormatFactory.getInstance(ResultFormatType.JSON, new PrintStream(json, false, StandardCharsets.UTF_8))
                .writeOut(results);
        Entry entry = Entry.parseAll(json.toString(StandardCharsets.UTF_8)).get(0);
        return missing(entry)
                .<Outcome>map(Outcome.Failed::new)
                .orElseGet(() -> new Outcome.Measured(entry, results.iterator().next()));
    }

    /** What an entry lacks of the forks and iterations that it was asked for. */
    static Optional<String> missing(Entry entry) {
        double[][] raw = entry.primary().rawData();
        if (raw.length < entry.forks()) {
            return Optional.of("only " + raw.length + " of " + entry.forks() + " forks came back");
        }
        for (double[] fork : raw) {
            if (fork.length < entry.measurementIterations()) {
                return Optional.of(
                        "a fork gave only " + fork.length + " of " + entry.measurementIterations() + " iterations");
            }
        }
        return Optional.empty();
    }

    private String cause(RunnerException failure) {
        Deque<String> said = progress.said();
        Pattern exit = Pattern.compile("exit code (\\d+)");
        List<String> reasons = new ArrayList<>();
        collect(failure, reasons);
        for (String text : reasons) {
            Matcher code = exit.matcher(text);
            if (code.find()) {
                return ended(Integer.parseInt(code.group(1)), said);
            }
        }
        return reasons.isEmpty() ? String.valueOf(failure.getMessage()) : reasons.get(reasons.size() - 1);
    }

    /** The messages of an exception, its causes and what they suppressed, the innermost last. */
    private static void collect(Throwable problem, List<String> reasons) {
        if (problem == null) {
            return;
        }
        if (problem.getMessage() != null && !problem.getMessage().isBlank()) {
            reasons.add(firstLine(problem));
        }
        for (Throwable suppressed : problem.getSuppressed()) {
            collect(suppressed, reasons);
        }
        collect(problem.getCause(), reasons);
    }

    private static String firstLine(Throwable problem) {
        String message = problem.getMessage();
        // TorchScript wraps a message in its own traceback; the last line is what went wrong.
        String[] lines = message.strip().split("\\R", -1);
        return problem.getClass().getSimpleName() + ": "
                + (message.contains("TorchScript interpreter") ? lines[lines.length - 1] : lines[0]);
    }

    private static String ended(int code, Deque<String> said) {
        String meaning =
                switch (code) {
                    case 134 -> " (aborted: SIGABRT)";
                    case 137 -> " (killed: SIGKILL, by someone or by the kernel when memory ran out)";
                    case 139 -> " (crashed: SIGSEGV)";
                    case 143 -> " (ended: SIGTERM)";
                    default -> "";
                };
        String last = said.stream()
                .filter(line ->
                        line.contains("what():") || line.contains("Error") || line.startsWith("terminate called"))
                .reduce((first, second) -> second)
                .map(line -> "; it said: " + line)
                .orElse("");
        return "its fork ended with exit code " + code + meaning + last;
    }

    private static String inWords(Duration time) {
        return time.toMinutes() > 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
    }
}
