package org.mfujmh.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.mfujmh.BadInput;

/**
 * One lock for a whole suite, on the file that JMH itself locks for each of its runs: neither another
 * suite nor another JMH can slip in between two combinations.
 */
final class SuiteLock implements AutoCloseable {
    private static final Path FILE = Path.of(System.getProperty("java.io.tmpdir"), "jmh.lock");
    private static final Path HOLDER = Path.of(System.getProperty("java.io.tmpdir"), "mfu-jmh.holder");
    private static final long POLL_MILLIS = 500;

    private final FileChannel channel;

    private SuiteLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits until nothing else measures on this machine, and says so while it waits. */
    static SuiteLock take(PrintStream progress) {
        // The Runners inside the suite would wait for this very lock.
        System.setProperty("jmh.ignoreLock", "true");
        try {
            FileChannel channel = FileChannel.open(
                    FILE, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            boolean told = false;
            while (locked(channel) == null) {
                if (!told) {
                    progress.println("Waiting: another benchmark is measuring on this machine (" + holder()
                            + "). This run starts when it ends; Ctrl-C gives up.");
                    told = true;
                }
                Thread.sleep(POLL_MILLIS);
            }
            Files.writeString(HOLDER, "process " + ProcessHandle.current().pid());
            return new SuiteLock(channel);
        } catch (IOException e) {
            throw new BadInput(
                    "The lock " + FILE + " cannot be taken: " + e + ". It may belong to another user:"
                            + " give this run a folder of its own by -Djava.io.tmpdir.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + FILE, e);
        }
    }

    private static FileLock locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldInThisProcess) {
            return null;
        }
    }

    private static String holder() {
        try {
            return Files.readString(HOLDER, StandardCharsets.UTF_8).strip();
        } catch (IOException unknown) {
            return "it holds " + FILE;
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(HOLDER);
            channel.close();
        } catch (IOException released) {
            // The lock ends with the process at the latest.
        }
    }
}
