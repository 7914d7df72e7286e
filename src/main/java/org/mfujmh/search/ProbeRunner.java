package org.mfujmh.search;

import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.mfujmh.engine.BackendChoice;
import org.mfujmh.engine.EngineJvm;
import org.mfujmh.model.hub.Models;
import org.mfujmh.suite.process.ChildJvm;

/** Runs one probe at a time, each in a fresh process under a guard. */
final class ProbeRunner {

    /**
     * A fixed, pre-touched heap and a simple compiler, so that the JVM's own memory is small and the same in every
     * probe.
     */
    private static final List<String> JVM_OPTIONS = List.of(
            "-Xms48m",
            "-Xmx48m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=16m",
            "-XX:CompressedClassSpaceSize=16m",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + (new File("/dev/null").exists() ? "/dev/null" : "NUL"));

    private static final int KILLED = 137;

    /**
     * By default malloc keeps freed blocks of some MiB, and how many depends on other threads: a variation of 77 MB for
     * gpt-small. So large blocks are mapped individually, and there is a single arena.
     */
    private static final Map<String, String> STEADY_MALLOC =
            Map.of("MALLOC_ARENA_MAX", "1", "MALLOC_MMAP_THRESHOLD_", String.valueOf(1 << 17));

    private final ProbedPass probed;
    private final String mainClass;
    private final List<String> jvmOptions;
    private final Map<String, String> environment;
    private final IntFunction<List<String>> arguments;
    private volatile ChildJvm.RunningChild running;
    private volatile MemoryGuard guard;
    private volatile boolean stopped;

    ProbeRunner(ProbedPass probed) {
        this(probed, PassProbe.class.getName(), List.of());
    }

    /**
     * @param mainClass the main class of the child, for tests; takes the same arguments and prints the same answers as
     *     {@link PassProbe}
     */
    ProbeRunner(ProbedPass probed, String mainClass) {
        this(probed, mainClass, List.of());
    }

    /** @param moreOptions of the child's JVM, besides those of every probe, such as its backend */
    ProbeRunner(ProbedPass probed, String mainClass, List<String> moreOptions) {
        this(
                probed,
                mainClass,
                Stream.of(JVM_OPTIONS, EngineJvm.options(), BackendChoice.childOptions(), moreOptions)
                        .flatMap(List::stream)
                        .toList(),
                STEADY_MALLOC,
                batch -> Stream.concat(Stream.of(String.valueOf(batch)), probed.words().stream())
                        .toList());
    }

    private ProbeRunner(
            ProbedPass probed,
            String mainClass,
            List<String> jvmOptions,
            Map<String, String> environment,
            IntFunction<List<String>> arguments) {
        this.probed = probed;
        this.mainClass = mainClass;
        this.jvmOptions = List.copyOf(jvmOptions);
        this.environment = environment;
        this.arguments = arguments;
    }

    /**
     * Runs whole forks of the suite in place of single passes.
     *
     * @param mainClass takes a pass's label and parameters, and answers as {@link PassProbe} does
     * @param jvmOptions all that a fork has
     */
    static ProbeRunner ofForks(ProbedPass probed, String mainClass, List<String> jvmOptions) {
        return new ProbeRunner(probed, mainClass, jvmOptions, Map.of(), batch -> Stream.concat(
                        Stream.of(probed.passId().label()),
                        probed.params(batch).entrySet().stream().map(param -> param.getKey() + "=" + param.getValue()))
                .toList());
    }

    ProbedPass probed() {
        return probed;
    }

    /**
     * Runs one pass at a batch.
     *
     * @param limitBytes the largest peak memory allowed
     * @param guarding the guard against using much more; closed by this method
     * @param timeout after which it is killed
     */
    ProbeOutcome run(int batch, long limitBytes, MemoryGuard guarding, Duration timeout) {
        guard = guarding;
        try (guarding) {
            OptionalLong killsBefore = guarding.kills();
            ChildJvm.RunningChild child = child(batch, guarding).start();
            running = child;
            ChildJvm.EndedChild ended = child.await(timeout);
            parkIfStopped();
            if (ended.exitCode().isEmpty()) {
                return new ProbeOutcome.Hung(timeout);
            }
            boolean killedForMemory = guarding.kills().orElse(1) > killsBefore.orElse(0);
            return verdict(ended, killedForMemory, limitBytes);
        } finally {
            running = null;
        }
    }

    /** Ends the running probe, if any, and starts no other: for a shutdown. */
    void stop() {
        stopped = true;
        ChildJvm.RunningChild child = running;
        if (child != null) {
            child.endAndWait(Duration.ofSeconds(5));
            guard.close();
        }
    }

    /** During a shutdown, a killed probe must not count as an outcome. */
    private void parkIfStopped() {
        while (stopped) {
            LockSupport.park(this);
        }
    }

    private ChildJvm child(int batch, MemoryGuard guarding) {
        List<String> options = new ArrayList<>(jvmOptions);
        options.addAll(Models.childOptions());
        return ChildJvm.of(mainClass)
                .options(options)
                .arguments(arguments.apply(batch))
                .environment(environment)
                .within(guarding::within);
    }

    private static ProbeOutcome verdict(ChildJvm.EndedChild ended, boolean killedForMemory, long limitBytes) {
        Optional<ProbeReport> report = ended.answer(ProbeReport.class);
        int exitCode = ended.exitCode().orElseThrow();
        if (report.isPresent() && report.get().failure() == null) {
            MemoryUse use = report.get().use();
            return use.peakBytes() > limitBytes
                    ? new ProbeOutcome.OverLimit(use, limitBytes)
                    : new ProbeOutcome.Fits(use);
        }
        String text = report.map(ProbeReport::failure).orElse("") + "\n" + ended.text();
        Optional<String> sign = OutOfMemorySigns.in(text);
        if (sign.isPresent()) {
            return new ProbeOutcome.OutOfMemory(sign.get());
        }
        if (report.isPresent()) {
            return new ProbeOutcome.Broken(report.get().failure().strip());
        }
        if (exitCode == KILLED && killedForMemory) {
            return new ProbeOutcome.OutOfMemory("killed by the kernel, out of memory (exit code 137)");
        }
        String how = exitCode == KILLED
                ? "the probe was killed (exit code 137), but not by the kernel's out-of-memory killer, whose count "
                        + "did not change"
                : "the probe ended with exit code " + exitCode + " and gave no answer";
        String last = ended.lastWords();
        return new ProbeOutcome.Broken(how + (last.isEmpty() ? "" : "; its last output: " + last));
    }
}
