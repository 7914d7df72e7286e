package org.mfujmh.search;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.mfujmh.engine.EngineJvm;

/** Runs one probe at a time, each in a fresh process under a guard, and says what came of it. */
final class ProbeRunner {

    /**
     * One heap size, touched at once, one simple compiler: what the JVM itself takes is small and the
     * same in every probe.
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

    private static final int LINES_KEPT = 40;
    private static final int KILLED = 137;

    private final ProbedPass probed;
    private final String mainClass;
    private volatile Process running;
    private volatile MemoryGuard guard;
    private volatile boolean stopped;

    ProbeRunner(ProbedPass probed) {
        this(probed, PassProbe.class.getName());
    }

    /** @param mainClass what is run in the child, for tests: takes and prints what {@link PassProbe} does */
    ProbeRunner(ProbedPass probed, String mainClass) {
        this.probed = probed;
        this.mainClass = mainClass;
    }

    /**
     * Runs one pass at that batch.
     *
     * @param limitBytes what its high-water mark may come to
     * @param guarding keeps it from much more; closed here
     * @param timeout after which it is killed
     */
    ProbeOutcome run(int batch, long limitBytes, MemoryGuard guarding, Duration timeout) {
        guard = guarding;
        try (guarding) {
            OptionalLong killsBefore = guarding.kills();
            Process process = start(guarding.within(command(batch)));
            running = process;
            Output said = new Output();
            Thread out = said.read(process.inputReader());
            Thread err = said.read(process.errorReader());
            boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                end(process);
            }
            out.join(TimeUnit.SECONDS.toMillis(10));
            err.join(TimeUnit.SECONDS.toMillis(10));
            parkIfStopped();
            if (!ended) {
                return new ProbeOutcome.Hung(timeout);
            }
            boolean killedForMemory = guarding.kills().orElse(1) > killsBefore.orElse(0);
            return verdict(said, process.exitValue(), killedForMemory, limitBytes);
        } catch (IOException e) {
            throw new UncheckedIOException("A probe could not be started", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted during a probe", e);
        } finally {
            running = null;
        }
    }

    /** Ends the probe that runs, if one does, and starts no other: for a shutdown. */
    void stop() {
        stopped = true;
        Process process = running;
        if (process != null) {
            end(process);
            process.onExit()
                    .orTimeout(5, TimeUnit.SECONDS)
                    .exceptionally(late -> null)
                    .join();
            guard.close();
        }
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** During a shutdown a killed probe must not look like an answer. */
    private void parkIfStopped() {
        while (stopped) {
            LockSupport.park(this);
        }
    }

    private static Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        // malloc would keep freed pieces of some MiB for later, how many depends on what other threads do in
        // between: 77 MB more or less for gpt-small. So larger ones are mapped one by one, the rest has one pool.
        builder.environment().put("MALLOC_ARENA_MAX", "1");
        builder.environment().put("MALLOC_MMAP_THRESHOLD_", String.valueOf(1 << 17));
        return builder.start();
    }

    private List<String> command(int batch) {
        List<String> command = new ArrayList<>(List.of(EngineJvm.java()));
        command.addAll(JVM_OPTIONS);
        command.addAll(EngineJvm.options());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass, String.valueOf(batch)));
        command.addAll(probed.words());
        return command;
    }

    private static ProbeOutcome verdict(Output said, int exitCode, boolean killedForMemory, long limitBytes) {
        Optional<ProbeReport> report = said.report();
        if (report.isPresent() && report.get().failure() == null) {
            MemoryUse use = report.get().use();
            return use.peakBytes() > limitBytes
                    ? new ProbeOutcome.OverLimit(use, limitBytes)
                    : new ProbeOutcome.Fits(use);
        }
        String text = report.map(ProbeReport::failure).orElse("") + "\n" + said.text();
        Optional<String> sign = OutOfMemorySigns.in(text);
        if (sign.isPresent()) {
            return new ProbeOutcome.OutOfMemory(sign.get());
        }
        if (report.isPresent()) {
            return new ProbeOutcome.Broken(report.get().failure().strip());
        }
        if (exitCode == KILLED && killedForMemory) {
            return new ProbeOutcome.OutOfMemory("killed by the kernel for want of memory (exit code 137)");
        }
        String how = exitCode == KILLED
                ? "the probe was killed (exit code 137), and not by the kernel for want of memory, which counts its kills"
                : "the probe ended with exit code " + exitCode + " and no answer";
        String last = said.lastWords();
        return new ProbeOutcome.Broken(how + (last.isEmpty() ? "" : "; it said: " + last));
    }

    /** What a process prints on both streams: its report, and its last lines. */
    private static final class Output {
        private final Deque<String> lines = new ArrayDeque<>();
        private ProbeReport report;

        Thread read(BufferedReader reader) {
            Thread thread = new Thread(() -> reader.lines().forEach(this::take), "mfu-probe-output");
            thread.setDaemon(true);
            thread.start();
            return thread;
        }

        private synchronized void take(String line) {
            if (line.startsWith(ProbeReport.MARK)) {
                report = ProbeReport.parse(line);
                return;
            }
            lines.add(line);
            if (lines.size() > LINES_KEPT) {
                lines.removeFirst();
            }
        }

        synchronized Optional<ProbeReport> report() {
            return Optional.ofNullable(report);
        }

        synchronized String text() {
            return String.join("\n", lines);
        }

        synchronized String lastWords() {
            return lines.stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .reduce((first, second) -> second)
                    .orElse("");
        }
    }
}
