package org.mfujmh.suite.process;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.WholeFile;

/** A file that this process has locked, exclusively or shared. The lock ends with the process at the latest. */
final class LockFile implements AutoCloseable {
    private static final String HOLDER = ".holder";
    private static final long POLL_MILLIS = 500;

    private final FileChannel channel;
    private final Optional<Path> holder;

    private LockFile(FileChannel channel, Optional<Path> holder) {
        this.channel = channel;
        this.holder = holder;
    }

    /**
     * Acquires the lock, and prints a message if it has to wait.
     *
     * @param shared whether the lock is shared; shared locks have no holder file
     * @param holder the name, without extension, of the file that says which process holds the exclusive lock
     * @param what is being measured, such as {@code on this machine}
     */
    static LockFile take(Path file, boolean shared, String holder, String what, PrintStream progress) {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            boolean announced = false;
            while (!locked(channel, shared)) {
                if (!announced) {
                    progress.println("Waiting: another benchmark is measuring " + what + " ("
                            + holders(file, holder, shared)
                            + "). This run starts when it ends; press Ctrl-C to cancel.");
                    announced = true;
                }
                Thread.sleep(POLL_MILLIS);
            }
            if (shared) {
                return new LockFile(channel, Optional.empty());
            }
            Path written = file.resolveSibling(holder + HOLDER);
            LockFile taken = new LockFile(channel, Optional.of(written));
            try {
                Files.writeString(written, "process " + ProcessHandle.current().pid());
            } catch (IOException full) {
                taken.close();
                throw full;
            }
            return taken;
        } catch (IOException e) {
            throw new BadInput(
                    "The lock " + file + " cannot be acquired: " + WholeFile.why(e) + ". Give this run a temporary "
                            + "folder that this user can write to: MFU_JAVA_OPTS=-Djava.io.tmpdir=FOLDER.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + file, e);
        }
    }

    private static boolean locked(FileChannel channel, boolean shared) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, shared) != null;
        } catch (OverlappingFileLockException heldInThisProcess) {
            return false;
        }
    }

    /**
     * The processes that hold the lock: exclusive holders and, if not shared, also shared ones, whose file names start
     * with the same prefix.
     */
    private static String holders(Path file, String holder, boolean shared) {
        try (Stream<Path> beside = Files.list(file.getParent())) {
            String named = beside.filter(one -> {
                        String name = one.getFileName().toString();
                        return name.endsWith(HOLDER) && name.startsWith(shared ? holder + HOLDER : holder);
                    })
                    .sorted()
                    .map(LockFile::text)
                    .filter(text -> !text.isEmpty())
                    .collect(Collectors.joining(", "));
            return named.isEmpty() ? "it holds " + file : named;
        } catch (IOException unknown) {
            return "it holds " + file;
        }
    }

    private static String text(Path holder) {
        try {
            return Files.readString(holder).strip();
        } catch (IOException endedMeanwhile) {
            return "";
        }
    }

    @Override
    public void close() {
        try {
            if (holder.isPresent()) {
                Files.deleteIfExists(holder.get());
            }
            channel.close();
        } catch (IOException released) {
            // The lock ends with the process at the latest.
        }
    }
}
