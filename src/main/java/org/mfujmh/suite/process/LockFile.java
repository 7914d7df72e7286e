package org.mfujmh.suite.process;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.WholeFile;

/** A file that this process has locked, exclusively or shared. The lock ends with the process at the latest. */
final class LockFile implements AutoCloseable {
    private static final String HOLDER = ".holder";
    private static final long POLL_MILLIS = 500;

    private static final Pattern PROCESS = Pattern.compile("process (\\d{1,18})");

    private final FileChannel channel;
    private final Optional<Path> holder;
    private final Optional<OnShutdown> atExit;

    private LockFile(FileChannel channel, Optional<Path> holder) {
        this.channel = channel;
        this.holder = holder;
        atExit = holder.map(file -> OnShutdown.run("mfu-lock-holder", this::forgetHolder));
    }

    /**
     * Acquires the lock, and prints a message if it has to wait. Every user may lock a file that this creates. A file
     * that only another user may write, such as one that JMH created, can only be locked shared: this run then waits for
     * the owner's benchmarks and they for it, but two runs that hold it shared do not wait for each other.
     *
     * @param shared whether the lock is shared; shared locks have no holder file
     * @param holder the name, without extension, of the file that says which process holds the exclusive lock
     * @param what is being measured, such as {@code on this machine}
     */
    static LockFile take(Path file, boolean shared, String holder, String what, PrintStream progress) {
        try {
            Optional<FileChannel> writable = writable(file);
            FileChannel channel =
                    writable.isPresent() ? writable.get() : FileChannel.open(file, StandardOpenOption.READ);
            boolean announced = false;
            while (!locked(channel, shared || writable.isEmpty())) {
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
            return new LockFile(channel, named(file.resolveSibling(holder + HOLDER)));
        } catch (IOException e) {
            throw new BadInput(
                    "The lock " + file + ", for which benchmarks wait so that they do not run at the same time, cannot "
                            + "be acquired: " + WholeFile.why(e) + ". Remove the file, or give this run a temporary "
                            + "folder of its own: MFU_JAVA_OPTS=-Djava.io.tmpdir=FOLDER. Then it waits for nobody, so "
                            + "see to it that nothing else measures.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + file, e);
        }
    }

    /** Open for an exclusive lock; empty if this user may only read it. */
    private static Optional<FileChannel> writable(Path file) throws IOException {
        try {
            // Without CREATE: Linux refuses that to a file of another user in a shared folder, even if all may write
            // it.
            return Optional.of(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (AccessDeniedException ofAnotherUser) {
            return Optional.empty();
        } catch (NoSuchFileException none) {
            return created(file);
        }
    }

    private static Optional<FileChannel> created(Path file) throws IOException {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            // Not by the file's store, which Java does not find in a changed root.
            PosixFileAttributeView attributes = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            if (attributes != null) {
                attributes.setPermissions(PosixFilePermissions.fromString("rw-rw-rw-"));
            }
            return Optional.of(channel);
        } catch (FileAlreadyExistsException createdMeanwhile) {
            return writable(file);
        }
    }

    /** Writes who holds the lock; empty if that cannot be written, since it is only for the message of another run. */
    private static Optional<Path> named(Path holder) {
        try {
            Files.writeString(holder, "process " + ProcessHandle.current().pid());
            return Optional.of(holder);
        } catch (IOException ofAnotherUser) {
            return Optional.empty();
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

    /** Empty if the process has ended: killed, it left the file. */
    private static String text(Path holder) {
        try {
            String text = Files.readString(holder).strip();
            Matcher process = PROCESS.matcher(text);
            return process.matches()
                            && ProcessHandle.of(Long.parseLong(process.group(1)))
                                    .filter(ProcessHandle::isAlive)
                                    .isEmpty()
                    ? ""
                    : text;
        } catch (IOException endedMeanwhile) {
            return "";
        }
    }

    private void forgetHolder() {
        holder.ifPresent(file -> file.toFile().delete());
    }

    @Override
    public void close() {
        forgetHolder();
        atExit.ifPresent(OnShutdown::close);
        try {
            channel.close();
        } catch (IOException released) {
            // The lock ends with the process at the latest.
        }
    }
}
