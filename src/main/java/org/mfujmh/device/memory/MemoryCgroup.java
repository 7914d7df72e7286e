package org.mfujmh.device.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.mfujmh.device.cpu.CgroupLimits;

/**
 * A control group, below or next to this process's, that limits the memory of the processes started in it: when it is
 * used up, the kernel kills only there. Version 1 or 2.
 */
public final class MemoryCgroup implements AutoCloseable {
    private static final String PREFIX = "mfu-probe-";
    private static final int REMOVALS = 40;
    private static final long REMOVAL_MILLIS = 25;

    private final Path folder;

    private MemoryCgroup(Path folder) {
        this.folder = folder;
    }

    /**
     * Creates a group, if permitted: a folder can be created, its limit set, and a process moved into it.
     *
     * @param bytes the limit for all its processes together, not counting page cache that can be dropped
     */
    public static Optional<MemoryCgroup> create(long bytes) {
        return create(Path.of("/"), bytes);
    }

    static Optional<MemoryCgroup> create(Path root, long bytes) {
        for (Path parent : CgroupLimits.memoryGroups(root)) {
            removeAbandoned(parent);
            MemoryCgroup made = new MemoryCgroup(
                    parent.resolve(PREFIX + ProcessHandle.current().pid()));
            if (made.works(bytes)) {
                return Optional.of(made);
            }
            made.close();
        }
        return Optional.empty();
    }

    private boolean works(long bytes) {
        try {
            Files.createDirectories(folder);
            boolean limited = set("memory.max", bytes) || set("memory.limit_in_bytes", bytes);
            // Disables swap; if the kernel does not account for swap, there is nothing to set.
            boolean unused = set("memory.swap.max", 0) || set("memory.memsw.limit_in_bytes", bytes);
            return limited && joins();
        } catch (IOException | UncheckedIOException notAllowed) {
            return false;
        }
    }

    private boolean set(String file, long bytes) throws IOException {
        Path knob = folder.resolve(file);
        if (!Files.exists(knob)) {
            return false;
        }
        Files.writeString(knob, String.valueOf(bytes));
        return true;
    }

    /** Tries to move a process into the group, since the rules of delegation cannot be checked otherwise. */
    private boolean joins() throws IOException {
        try {
            Process tried = new ProcessBuilder(within(List.of("true")))
                    .redirectErrorStream(true)
                    .start();
            return tried.waitFor(5, TimeUnit.SECONDS) && tried.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Wraps a command so that it runs in this group. */
    public List<String> within(List<String> command) {
        List<String> wrapped = new ArrayList<>(List.of(
                "sh",
                "-c",
                "echo $$ > \"$0\" && exec \"$@\"",
                folder.resolve("cgroup.procs").toString()));
        wrapped.addAll(command);
        return wrapped;
    }

    /** The number of its processes that the kernel has killed for lack of memory; empty if not counted. */
    public OptionalLong kills() {
        for (String file : List.of("memory.events", "memory.oom_control")) {
            try {
                for (String line : Files.readAllLines(folder.resolve(file))) {
                    if (line.startsWith("oom_kill ")) {
                        return OptionalLong.of(Long.parseLong(line.substring("oom_kill ".length())));
                    }
                }
            } catch (IOException theOtherVersion) {
                // The next file, or none.
            }
        }
        return OptionalLong.empty();
    }

    /** Removes the group, waiting up to a second for processes that are still ending. */
    @Override
    public void close() {
        for (int i = 0; i < REMOVALS && !remove(folder); i++) {
            try {
                Thread.sleep(REMOVAL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static boolean remove(Path group) {
        try {
            Files.deleteIfExists(group);
            return true;
        } catch (IOException busy) {
            return false;
        }
    }

    /** Removes groups left behind by killed processes of this program. */
    private static void removeAbandoned(Path parent) {
        try (Stream<Path> children = Files.list(parent)) {
            children.filter(child -> child.getFileName().toString().matches(PREFIX + "[0-9]+"))
                    .filter(child -> ProcessHandle.of(Long.parseLong(
                                    child.getFileName().toString().substring(PREFIX.length())))
                            .isEmpty())
                    .forEach(MemoryCgroup::remove);
        } catch (IOException unreadable) {
            // Nothing to remove.
        }
    }
}
