package org.mfujmh.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.mfujmh.device.memory.MemoryCgroup;

/**
 * Keeps a probe from exceeding its memory, so that the probe fails instead of something else on the machine. A guard is
 * slightly above the limit of the search, since it counts slightly different memory than the peak resident memory that
 * decides whether a batch fits.
 */
sealed interface MemoryGuard extends AutoCloseable {

    /** The kinds of guards, best first. */
    enum Kind {
        CGROUP,
        DATA_LIMIT,
        NONE
    }

    /** Wraps a command so that it runs under this guard. */
    List<String> within(List<String> command);

    /** The number of kernel out-of-memory kills in the group, otherwise on this machine; empty if unknown. */
    OptionalLong kills();

    @Override
    void close();

    /**
     * Creates a guard.
     *
     * @param bytes the resident memory allowed
     * @param reservedBytes memory that the probe's JVM reserves without using, which a limit on address space has to
     *     allow in addition
     */
    static Optional<MemoryGuard> of(Kind kind, long bytes, long reservedBytes) {
        return switch (kind) {
            case CGROUP -> MemoryCgroup.create(bytes).map(Group::new);
            case DATA_LIMIT -> Optional.of(new DataLimit(bytes + reservedBytes));
            case NONE -> Optional.of(new NoGuard());
        };
    }

    /** A control group: the kernel kills the process (exit code 137) and counts the kill. */
    record Group(MemoryCgroup group) implements MemoryGuard {
        @Override
        public List<String> within(List<String> command) {
            return group.within(command);
        }

        @Override
        public OptionalLong kills() {
            return group.kills();
        }

        @Override
        public void close() {
            group.close();
        }
    }

    /**
     * RLIMIT_DATA: allocations fail with ENOMEM. Among the limits on address space, it counts only private writable
     * pages (since Linux 4.7), which excludes most of what a JVM reserves.
     */
    record DataLimit(long bytes) implements MemoryGuard {
        private static final int KIB = 1024;

        @Override
        public List<String> within(List<String> command) {
            List<String> wrapped = new ArrayList<>(
                    List.of("sh", "-c", "ulimit -d \"$0\" && exec \"$@\"", String.valueOf(bytes / KIB)));
            wrapped.addAll(command);
            return wrapped;
        }

        @Override
        public OptionalLong kills() {
            return MachineKills.count();
        }

        @Override
        public void close() {
            // The limit ends with the process.
        }
    }

    /** No guard: a GPU's memory is a limit by itself. */
    record NoGuard() implements MemoryGuard {
        @Override
        public List<String> within(List<String> command) {
            return command;
        }

        @Override
        public OptionalLong kills() {
            return MachineKills.count();
        }

        @Override
        public void close() {
            // Nothing to remove.
        }
    }

    /** Counts the kernel's out-of-memory kills since boot. */
    final class MachineKills {
        private static final String NAME = "oom_kill ";

        private MachineKills() {}

        static OptionalLong count() {
            try {
                return Files.readAllLines(Path.of("/proc/vmstat")).stream()
                        .filter(line -> line.startsWith(NAME))
                        .mapToLong(line -> Long.parseLong(line.substring(NAME.length())))
                        .findFirst();
            } catch (IOException anotherSystem) {
                return OptionalLong.empty();
            }
        }
    }
}
