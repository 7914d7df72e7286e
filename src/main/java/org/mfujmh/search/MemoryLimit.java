package org.mfujmh.search;

import java.util.Optional;
import org.mfujmh.BadInput;
import org.mfujmh.device.cpu.HostCpu;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.gpu.UnidentifiedGpu;

/**
 * The memory that a batch has to fit into.
 *
 * @param bytes what the high-water mark may come to
 * @param ceilingBytes what a probe may take at the very most, whatever it is judged by
 * @param reason where the limit is from, in words
 */
public record MemoryLimit(long bytes, long ceilingBytes, String reason) {

    private static final long LEAST_RESERVE = 512L << 20;
    private static final int RESERVED_FRACTION = 16;
    private static final int GUARD_FRACTION = 32;
    private static final long LEAST_GUARD = 64L << 20;

    /**
     * The limit on a CPU: as asked, or what is available to this process now, less a sixteenth (at
     * least 512 MiB) for whatever else the machine does.
     *
     * @throws BadInput where more was asked for than is available
     */
    public static MemoryLimit onCpu(HostCpu cpu, Optional<Long> asked) {
        long available = cpu.memoryAvailableBytes();
        long reserve = Math.max(LEAST_RESERVE, available / RESERVED_FRACTION);
        long most = available - reserve;
        if (most <= 0) {
            throw new BadInput("Only " + MemorySize.inWords(available) + " of memory are available now, and "
                    + MemorySize.inWords(reserve) + " of them are left to the machine: nothing can be tried. End other"
                    + " programs first.");
        }
        long machine = Math.min(cpu.memoryBytes(), cpu.memoryLimitBytes().orElse(Long.MAX_VALUE));
        asked.filter(bytes -> bytes > most).ifPresent(bytes -> {
            throw new BadInput(
                    "A memory limit of " + MemorySize.inWords(bytes) + " was asked for, but this machine has "
                            + MemorySize.inWords(machine) + ", of which " + MemorySize.inWords(available)
                            + " are available now and " + MemorySize.inWords(reserve) + " are left to it. Give at most "
                            + MemorySize.inWords(most) + ", or leave --memory-limit out for just that.");
        });
        return new MemoryLimit(
                asked.orElse(most),
                available - reserve / 2,
                asked.isPresent()
                        ? "as asked"
                        : MemorySize.inWords(available) + " available now, less a reserve of "
                                + MemorySize.inWords(reserve));
    }

    /**
     * The limit on a GPU: as asked, or the memory of the card.
     *
     * @throws BadInput where more was asked for than the card has, or nothing was and its memory is unknown
     */
    public static MemoryLimit onGpu(Gpu gpu, Optional<Long> asked) {
        if (gpu.mig()) {
            return asAsked(asked, "nvidia-smi does not tell how much memory " + gpu.nameOfWhatRuns() + " has");
        }
        if (gpu.memoryMib().isEmpty()) {
            return asAsked(asked, "nvidia-smi does not tell how much memory " + gpu.name() + " has");
        }
        long card = (long) gpu.memoryMib().getAsInt() << 20;
        asked.filter(bytes -> bytes > card).ifPresent(bytes -> {
            throw new BadInput("A memory limit of " + MemorySize.inWords(bytes) + " was asked for, but " + gpu.name()
                    + " has " + MemorySize.inWords(card) + ". Give at most that, or leave --memory-limit out.");
        });
        return new MemoryLimit(
                asked.orElse(card), card, asked.isPresent() ? "as asked" : "the memory of " + gpu.name());
    }

    /**
     * The limit on a GPU of which nothing is known: as asked. The host's memory is not its.
     *
     * @throws BadInput where nothing was asked for
     */
    public static MemoryLimit on(UnidentifiedGpu gpu, Optional<Long> asked) {
        return asAsked(asked, "It is not known which GPU this is (" + gpu.why().replaceAll("\\.$", "") + ")");
    }

    private static MemoryLimit asAsked(Optional<Long> asked, String whyUnknown) {
        long bytes = asked.orElseThrow(
                () -> new BadInput(
                        whyUnknown
                                + ", so no limit is known. Give one by --memory-limit, e.g. --memory-limit 8GiB, or a batch by number."));
        return new MemoryLimit(bytes, bytes, "as asked");
    }

    /**
     * What a probe is kept from exceeding: a little above the limit, so that a batch that is just too
     * large is measured rather than killed, which tells the line where it is.
     */
    long guardBytes() {
        return Math.min(ceilingBytes, bytes + Math.max(LEAST_GUARD, bytes / GUARD_FRACTION));
    }
}
