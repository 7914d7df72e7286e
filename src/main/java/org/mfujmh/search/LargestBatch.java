package org.mfujmh.search;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the largest batch of a pass that fits into a limit, with real probes. While it runs, a
 * shutdown of this process ends the probe too, and hands over what was learnt.
 */
public final class LargestBatch {

    /** Who is told while the search goes on. */
    public interface Listener {
        /**
         * A probe begins.
         *
         * @param expectedSeconds by the probes before; NaN if they do not tell
         */
        void begins(int batch, double expectedSeconds);

        /** A probe ended. */
        void ended(Probe probe);

        /** This process is being shut down; what was learnt until then. */
        void interrupted(List<Probe> soFar);
    }

    /** Of what earlier probes make expect, how much longer one may take: the first pass of a process is slow. */
    private static final int PATIENCE = 10;

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
     * Searches.
     *
     * @param timeout for a probe, at least: one that by those before it should take long gets longer
     */
    public static SearchResult find(ProbedPass probed, MemoryLimit limit, Duration timeout, Listener listener) {
        return find(probed, limit, timeout, listener, new ProbeRunner(probed), guardHere(probed));
    }

    static SearchResult find(
            ProbedPass probed,
            MemoryLimit limit,
            Duration timeout,
            Listener listener,
            ProbeRunner runner,
            MemoryGuard.Kind guard) {
        LargestBatch search = new LargestBatch(limit, timeout, listener, runner, guard);
        Thread onShutdown = new Thread(search::shutDown, "mfu-search-shutdown");
        Runtime.getRuntime().addShutdownHook(onShutdown);
        try {
            return BatchSearch.run(probed, limit.bytes(), limit.guardBytes(), search::probe);
        } finally {
            forget(onShutdown);
        }
    }

    /** How probes are kept from taking more than they may, on this machine, in words. */
    public static String guardInWords(ProbedPass probed) {
        return switch (guardHere(probed)) {
            case CGROUP -> "a control group of its own";
            case DATA_LIMIT -> "a limit on its private memory (RLIMIT_DATA), since no control group may be made here";
            case NONE -> "the device's own memory";
        };
    }

    /** The best guard there is: asked once, by making one. */
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
        // The first probe is the smallest there is, and has to tell what it needs even where that is too much.
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

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // Then it runs, and does what it is for.
        }
    }
}
