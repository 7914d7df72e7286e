package org.mfujmh.search;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mfujmh.suite.process.OnShutdown;

/**
 * Finds the largest batch of a pass that fits into a limit, with real probes. If this process is shut down during the
 * search, the running probe is ended and the results so far are reported.
 */
public final class LargestBatch {

    /** Receives the progress of a search. */
    public interface Listener {
        /**
         * A probe begins.
         *
         * @param expectedSeconds by the probes before; NaN if they do not tell
         */
        void begins(int batch, double expectedSeconds);

        /** A probe ended. */
        void ended(Probe probe);

        /** This process is being shut down; called with the results so far. */
        void interrupted(List<Probe> soFar);
    }

    /** How many times longer than predicted a probe may take: the first pass of a process is slow. */
    static final int PATIENCE = 10;

    private final MemoryLimit limit;
    private final Duration timeout;
    private final Listener listener;
    private final ProbeRunner runner;
    private final MemoryGuard.Kind guard;
    private volatile List<Probe> soFar = List.of();

    private LargestBatch(
            MemoryLimit limit, Duration timeout, Listener listener, ProbeRunner runner, MemoryGuard.Kind guard) {
        this.limit = limit;
        this.timeout = timeout;
        this.listener = listener;
        this.runner = runner;
        this.guard = guard;
    }

    /**
     * Runs the search.
     *
     * @param timeout the minimum timeout of a probe; extended if earlier probes predict a long run
     * @param backend JVM options that name the backend of the probes; none for the one expected to be fastest
     */
    public static SearchResult find(
            ProbedPass probed, MemoryLimit limit, Duration timeout, Listener listener, List<String> backend) {
        ProbeRunner runner = new ProbeRunner(probed, PassProbe.class.getName(), backend);
        return find(probed, limit, timeout, listener, runner, guardHere(probed));
    }

    static SearchResult find(
            ProbedPass probed,
            MemoryLimit limit,
            Duration timeout,
            Listener listener,
            ProbeRunner runner,
            MemoryGuard.Kind guard) {
        LargestBatch search = new LargestBatch(limit, timeout, listener, runner, guard);
        try (OnShutdown hook = OnShutdown.run("mfu-search-shutdown", search::shutDown)) {
            return BatchSearch.run(probed, limit.bytes(), limit.guardBytes(), search::probe);
        }
    }

    /** How probes are kept within the limit on this machine, for people. */
    public static String guardInWords(ProbedPass probed) {
        return switch (guardHere(probed)) {
            case CGROUP -> "a control group per probe";
            case DATA_LIMIT -> "a limit on private memory (RLIMIT_DATA), since no control group can be created here";
            case NONE -> "the device's own memory";
        };
    }

    /** The best guard available, determined once by creating a control group. */
    static MemoryGuard.Kind guardHere(ProbedPass probed) {
        if (!probed.device().equals("cpu")) {
            return MemoryGuard.Kind.NONE;
        }
        Optional<MemoryGuard> group = MemoryGuard.of(MemoryGuard.Kind.CGROUP, Long.MAX_VALUE >> 12 << 10, 0);
        group.ifPresent(MemoryGuard::close);
        return group.isPresent() ? MemoryGuard.Kind.CGROUP : MemoryGuard.Kind.DATA_LIMIT;
    }

    private ProbeOutcome probe(int batch, List<Probe> before) {
        listener.begins(batch, ProbeTime.expectedSeconds(runner.probed(), batch, before));
        Optional<MemoryUse> first =
                before.stream().flatMap(probe -> probe.verdict().use().stream()).findFirst();
        // The first probe is the smallest possible and must report its memory even if that is too much.
        long bytes = before.isEmpty() ? limit.ceilingBytes() : limit.guardBytes();
        MemoryGuard guarding = MemoryGuard.of(
                        guard, bytes, first.map(MemoryUse::reservedBytes).orElse(0L))
                .orElseThrow(
                        () -> new IllegalStateException("The control group that could be made cannot be made now"));
        double most = ProbeTime.mostSeconds(batch, before);
        long seconds = Double.isNaN(most) ? 0 : Math.round(PATIENCE * most);
        Duration patience = timeout.toSeconds() > seconds ? timeout : Duration.ofSeconds(seconds);
        Probe probe = new Probe(batch, runner.run(batch, limit.bytes(), guarding, patience));
        List<Probe> now = new ArrayList<>(before);
        now.add(probe);
        soFar = List.copyOf(now);
        listener.ended(probe);
        return probe.verdict();
    }

    private void shutDown() {
        runner.stop();
        listener.interrupted(soFar);
    }
}
