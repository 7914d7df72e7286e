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
 * What keeps one probe from taking more memory than it may, so that it and nothing else on the machine
 * fails. It stands a little above the limit that is searched for: a guard counts slightly different
 * things than the resident high-water mark, by which a batch is judged.
 */
sealed interface MemoryGuard extends AutoCloseable {

    /** The ways to guard, the best first. */
    enum Kind {
        CGROUP,
        DATA_LIMIT,
        NONE
    }

    /** The command that runs another one under this guard. */
    List<String> within(List<String> command);

    /** How often the kernel has killed for want of memory, where it says: in the group, or else on this machine. */
    OptionalLong kills();

    @Override
    void close();

    /**
     * The guard of that kind.
     *
     * @param bytes that may be resident
     * @param reservedBytes that the probe's JVM merely reserves, less what it has resident besides: what a
     *     limit on addresses has to allow on top
     */
    static Optional<MemoryGuard> of(Kind kind, long bytes, long reservedBytes) {
        return switch (kind) {
            case CGROUP -> MemoryCgroup.create(bytes).map(Group::new);
            case DATA_LIMIT -> Optional.of(new DataLimit(bytes + reservedBytes));
            case NONE -> Optional.of(new NoGuard());
        };
    }

    /** A control group: the kernel kills with exit code 137, and counts it. */
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
     * RLIMIT_DATA: allocations fail with ENOMEM. Of the limits on addresses it is the one that counts
     * private writable pages only (since Linux 4.7), and so leaves out most of what a JVM reserves.
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
            // Ends with the process.
        }
    }

    /** Nothing: a GPU's memory is its own guard. */
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
            // Nothing was made.
        }
    }

    /** What the kernel killed for want of memory since it started. */
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
