package org.mfujmh.device.cpu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.mfujmh.device.SystemFile;

/**
 * CPU time since the start of this machine, of the processors that this process may run on. Linux only. The unit is the
 * kernel's clock tick, usually 10 ms, and cancels out.
 *
 * @param processors logical processors
 * @param all time of any kind, idle included
 * @param busy time of all processes and of the kernel
 * @param stolen time that a hypervisor gave to other machines while this one had work
 * @param ours of busy, the time of this process and of its children that have ended
 */
public record CpuTime(int processors, long all, long busy, long stolen, long ours) {

    /** Columns of {@code /proc/stat}: user, nice, system, idle, iowait, irq, softirq, steal. */
    private static final int COLUMNS = 8;

    private static final Set<Integer> IDLE = Set.of(3, 4);
    private static final int STEAL = 7;

    /** Columns of {@code /proc/self/stat} after the name: utime, stime, cutime, cstime. */
    private static final int FIRST_TIME = 11;

    private static final int TIMES = 4;

    /** Shorter than a second, and a tick more or less decides. */
    private static final double LEAST_TICKS = 100;

    /** With fewer, a tick more or less is more than 5 %. */
    private static final double FEWEST_TICKS = 20;

    /** The share of libtorch's threads that may lack a processor before it is worth a word. */
    private static final double TOLERATED = 0.1;

    /** In processors: less is what every machine does. */
    private static final double WORTH_A_WORD = 0.05;

    /** Empty where the system does not say. */
    public static Optional<CpuTime> now() {
        return of(Path.of("/"));
    }

    static Optional<CpuTime> of(Path root) {
        Set<Integer> allowed = HostCpu.allowedProcessors(root);
        List<long[]> rows = SystemFile.lines(root.resolve("proc/stat")).stream()
                .filter(line -> line.matches("cpu\\d{1,6}( \\d{1,18}){8,}"))
                .map(line -> line.substring("cpu".length()).split(" ", -1))
                .filter(cells -> allowed.isEmpty() || allowed.contains(Integer.parseInt(cells[0])))
                .map(cells -> Stream.of(cells)
                        .skip(1)
                        .limit(COLUMNS)
                        .mapToLong(Long::parseLong)
                        .toArray())
                .toList();
        List<String> self = SystemFile.lines(root.resolve("proc/self/stat"));
        if (rows.isEmpty() || self.isEmpty()) {
            return Optional.empty();
        }
        // The name of the process, in brackets, may have blanks and brackets.
        String line = self.get(0);
        String[] cells = line.substring(line.lastIndexOf(')') + 1).strip().split(" ", -1);
        if (cells.length < FIRST_TIME + TIMES
                || !Stream.of(cells).skip(FIRST_TIME).limit(TIMES).allMatch(cell -> cell.matches("\\d{1,18}"))) {
            return Optional.empty();
        }
        long ours = Stream.of(cells)
                .skip(FIRST_TIME)
                .limit(TIMES)
                .mapToLong(Long::parseLong)
                .sum();
        long all = rows.stream().flatMapToLong(LongStream::of).sum();
        long idle = rows.stream()
                .mapToLong(row -> IDLE.stream().mapToLong(column -> row[column]).sum())
                .sum();
        long stolen = rows.stream().mapToLong(row -> row[STEAL]).sum();
        return Optional.of(new CpuTime(rows.size(), all, all - idle - stolen, stolen, ours));
    }

    /**
     * The share of libtorch's threads that had no processor since an earlier reading, because other processes or the
     * hypervisor used it: (what they used - processors that libtorch leaves idle) / threads.
     *
     * @param threads of libtorch
     * @return from 0; NaN if the time is too short to tell
     */
    public double lackingSince(CpuTime before, int threads) {
        double ticks = ticksSince(before);
        double free = Math.max(0, processors - threads);
        return ticks < FEWEST_TICKS
                ? Double.NaN
                : Math.max(0, othersSince(before) + takenSince(before) - free) / threads;
    }

    private double ticksSince(CpuTime before) {
        return (all - before.all) / (double) processors;
    }

    /** Processors that other processes used on average. */
    private double othersSince(CpuTime before) {
        return Math.max(0, busy - before.busy - (ours - before.ours)) / ticksSince(before);
    }

    /** Processors that the hypervisor used for other machines on average. */
    private double takenSince(CpuTime before) {
        return (stolen - before.stolen) / ticksSince(before);
    }

    /**
     * A sentence about who else used the processors since an earlier reading; empty if enough were left for libtorch.
     *
     * @param threads of libtorch, which wait for each other after every operation
     * @param spinning whether they spin while they wait, as they do by default
     */
    public Optional<String> othersSince(CpuTime before, int threads, boolean spinning) {
        if (ticksSince(before) < LEAST_TICKS || !(lackingSince(before, threads) >= TOLERATED)) {
            return Optional.empty();
        }
        double others = othersSince(before);
        double taken = takenSince(before);
        List<String> who = new ArrayList<>();
        if (others >= WORTH_A_WORD) {
            who.add(String.format(Locale.ROOT, "other processes used %.1f", others));
        }
        if (taken >= WORTH_A_WORD) {
            who.add(String.format(Locale.ROOT, "the host of this virtual machine took %.1f", taken));
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "meanwhile %s of the %d CPUs, and libtorch has %s, so the figure is too low and varies: measure on an"
                        + " idle machine%s.",
                String.join(" and ", who),
                processors,
                threads == 1 ? "1 thread" : threads + " threads, of which each waits for the slowest",
                threads == 1 || !spinning ? "" : ", or let threads sleep while they wait (GOMP_SPINCOUNT=1000)"));
    }
}
