package org.mfujmh.profiler;

import java.util.Optional;
import org.mfujmh.device.cpu.CpuTime;
import org.mfujmh.schema.RunProperty;

/**
 * Reads, while the passes of a CPU are timed, how many of libtorch's threads had no processor of their own.
 */
final class CpuContention {
    private static Optional<CpuTime> before = Optional.empty();
    private static double share = Double.NaN;

    private CpuContention() {}

    /** Called by {@link TimedWindow} when the timed passes are about to begin. */
    static synchronized void open() {
        share = Double.NaN;
        before = CpuTime.now();
    }

    /** Called by {@link TimedWindow} when the timed passes have ended. */
    static synchronized void close() {
        share = before.flatMap(then -> CpuTime.now().flatMap(now -> RunProperty.THREADS
                        .ofThisProcess()
                        .map(threads -> now.lackingSince(then, Integer.parseInt(threads)))))
                .orElse(Double.NaN);
        before = Optional.empty();
    }

    /** The share of libtorch's threads without a processor; NaN where that is not known, or on a GPU. */
    static synchronized double share() {
        return share;
    }
}
