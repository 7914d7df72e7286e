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
 * A control group of our own, below or beside this process's, that limits the memory of the processes
 * started in it: the kernel kills there, and nowhere else, when it is used up. Version 1 or 2.
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
     * Makes one, if that is allowed here: a folder can be made, its limit set, and a process moved into it.
     *
     * @param bytes that the processes in it may use together, page cache that can be dropped aside
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
            // Without swap of its own; where the kernel counts none, there is nothing to set.
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

    /** Delegation has rules that only trying shows. */
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

    /** The command that runs another one in this group. */
    public List<String> within(List<String> command) {
        List<String> wrapped = new ArrayList<>(List.of(
                "sh",
                "-c",
                "echo $$ > \"$0\" && exec \"$@\"",
                folder.resolve("cgroup.procs").toString()));
        wrapped.addAll(command);
        return wrapped;
    }

    /** How many of its processes the kernel has killed for want of memory; empty where it does not count. */
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

    /** Removes the group; a process that is still ending in it is waited for, a second at most. */
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

    /** Groups of processes like this one that were killed before they could tidy up. */
    private static void removeAbandoned(Path parent) {
        try (Stream<Path> children = Files.list(parent)) {
            children.filter(child -> child.getFileName().toString().matches(PREFIX + "[0-9]+"))
                    .filter(child -> ProcessHandle.of(Long.parseLong(
                                    child.getFileName().toString().substring(PREFIX.length())))
                            .isEmpty())
                    .forEach(MemoryCgroup::remove);
        } catch (IOException unreadable) {
            // Then there is nothing of ours in it either.
        }
    }
}
