package org.mfujmh.search;

import java.util.Optional;
import org.mfujmh.BadInput;
import org.mfujmh.device.cpu.HostCpu;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.gpu.UnidentifiedGpu;

/**
 * The memory that a batch has to fit into.
 *
 * @param bytes the largest peak memory allowed
 * @param ceilingBytes the most memory that a probe may ever use
 * @param reason the origin of the limit, for people
 */
public record MemoryLimit(long bytes, long ceilingBytes, String reason) {

    private static final long LEAST_RESERVE = 512L << 20;
    private static final int RESERVED_FRACTION = 16;
    private static final int GUARD_FRACTION = 32;
    private static final long LEAST_GUARD = 64L << 20;

    /**
     * The limit on a CPU: as requested, or the memory available to this process now minus a sixteenth (at least 512
     * MiB) for the rest of the machine.
     *
     * @throws BadInput if the requested limit exceeds the available memory
     */
    public static MemoryLimit onCpu(HostCpu cpu, Optional<Long> asked) {
        long available = cpu.memoryAvailableBytes();
        long reserve = Math.max(LEAST_RESERVE, available / RESERVED_FRACTION);
        long most = available - reserve;
        if (most <= 0) {
            throw new BadInput("Only " + MemorySize.inWords(available) + " of memory are available now, and "
                    + MemorySize.inWords(reserve)
                    + " of it are reserved for the rest of the machine, so nothing can be tried. Close other"
                    + " programs first.");
        }
        long machine = Math.min(cpu.memoryBytes(), cpu.memoryLimitBytes().orElse(Long.MAX_VALUE));
        asked.filter(bytes -> bytes > most).ifPresent(bytes -> {
            throw new BadInput(
                    "A memory limit of " + MemorySize.inWords(bytes) + " was requested, but this machine has "
                            + MemorySize.inWords(machine) + " with " + MemorySize.inWords(available)
                            + " available now, minus a reserve of " + MemorySize.inWords(reserve) + ". Use at most "
                            + MemorySize.inWords(most) + ", which is also the default without --memory-limit.");
        });
        return new MemoryLimit(
                asked.orElse(most),
                available - reserve / 2,
                asked.isPresent()
                        ? "as requested"
                        : MemorySize.inWords(available) + " available now, minus a reserve of "
                                + MemorySize.inWords(reserve));
    }

    /**
     * The limit on a GPU: as requested, or the memory of the card.
     *
     * @throws BadInput if the requested limit exceeds the card's memory, or none was requested and the card's memory is
     *     unknown
     */
    public static MemoryLimit onGpu(Gpu gpu, Optional<Long> asked) {
        if (gpu.mig()) {
            return asAsked(asked, "nvidia-smi does not report the memory of " + gpu.nameOfWhatRuns());
        }
        if (gpu.memoryMib().isEmpty()) {
            return asAsked(asked, "nvidia-smi does not report the memory of " + gpu.name());
        }
        long card = (long) gpu.memoryMib().getAsInt() << 20;
        asked.filter(bytes -> bytes > card).ifPresent(bytes -> {
            throw new BadInput("A memory limit of " + MemorySize.inWords(bytes) + " was requested, but " + gpu.name()
                    + " has " + MemorySize.inWords(card) + ". Use at most that, or leave out --memory-limit.");
        });
        return new MemoryLimit(
                asked.orElse(card), card, asked.isPresent() ? "as requested" : "the memory of " + gpu.name());
    }

    /**
     * The limit on an unidentified GPU: as requested, since the host's memory is not the GPU's.
     *
     * @throws BadInput if no limit was requested
     */
    public static MemoryLimit on(UnidentifiedGpu gpu, Optional<Long> asked) {
        return asAsked(asked, "The GPU could not be identified (" + gpu.why().replaceAll("\\.$", "") + ")");
    }

    private static MemoryLimit asAsked(Optional<Long> asked, String whyUnknown) {
        long bytes = asked.orElseThrow(() -> new BadInput(whyUnknown
                + ", so there is no known limit. Set one with --memory-limit, e.g. --memory-limit "
                + "8GiB, or give the batch size as a number."));
        return new MemoryLimit(bytes, bytes, "as requested");
    }

    /**
     * The memory at which a probe is stopped: slightly above the limit, so that a batch that is just too large is
     * measured rather than killed and adds a point to the line.
     */
    long guardBytes() {
        return Math.min(ceilingBytes, bytes + Math.max(LEAST_GUARD, bytes / GUARD_FRACTION));
    }
}
