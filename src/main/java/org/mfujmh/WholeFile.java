package org.mfujmh;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes files atomically: into a temporary file in the same folder, synced to disk, then renamed. A reader sees either
 * the old file or the new one, even after a crash or when the disk is full.
 */
public final class WholeFile {
    private static final AtomicLong DRAFTS = new AtomicLong();
    private static final int BUFFER = 1 << 16;

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private WholeFile() {}

    /**
     * Writes a text in UTF-8.
     *
     * @throws CannotWrite if that fails; the previous content is then still there
     */
    public static void write(Path file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** @see #write(Path, String) */
    public static void write(Path file, byte[] bytes) {
        write(file, out -> out.write(bytes));
    }

    /**
     * Writes a file and creates its folder if it is missing. Symbolic links are followed, and anything that is not a
     * regular file ({@code /dev/stdout}, a pipe) is written to directly.
     *
     * @throws CannotWrite if that fails; the previous content is then still there
     */
    public static void write(Path file, Content content) {
        try {
            Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
            if (Files.isDirectory(target)) {
                throw new FileSystemException(file.toString(), null, "it is a folder");
            }
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target), BUFFER)) {
                    content.writeTo(out);
                }
                return;
            }
            replace(target, content);
        } catch (IOException e) {
            throw cannot(file, e);
        }
    }

    private static void replace(Path target, Content content) throws IOException {
        Path folder = target.getParent();
        if (folder == null) {
            throw new FileSystemException(target.toString(), null, "it is a folder");
        }
        Files.createDirectories(folder);
        // Short, since the file's own name may already be as long as names can be.
        Path draft = folder.resolve(".mfu-" + ProcessHandle.current().pid() + "-" + DRAFTS.incrementAndGet() + ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(
                            draft,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE);
                    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER)) {
                content.writeTo(out);
                out.flush();
                channel.force(true);
            }
            keepPermissions(target, draft);
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
        forceFolder(folder);
    }

    /** A replaced file keeps its permissions; a new one gets those of the user's umask. */
    private static void keepPermissions(Path target, Path draft) {
        try {
            if (Files.exists(target)) {
                Files.setPosixFilePermissions(draft, Files.getPosixFilePermissions(target));
            }
        } catch (IOException | UnsupportedOperationException notHere) {
            // Another file system: the new file has the folder's.
        }
    }

    /** Syncs the folder, which records the rename. Windows cannot open folders and does not need this. */
    private static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException notHere) {
            // A platform without it: the file's bytes are safe, its name may be the old one after a power cut.
        }
    }

    /** Describes the failure in a sentence that names the file. */
    public static CannotWrite cannot(Path file, IOException e) {
        return new CannotWrite(
                plain(file.toString()) + " cannot be written: " + why(e)
                        + (Files.isRegularFile(file) ? ". Its previous content is unchanged." : "."),
                e);
    }

    /** The reason, in the system's words: the message of a file exception is usually just the file name. */
    public static String why(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied" + of((FileSystemException) e);
        }
        if (e instanceof NoSuchFileException) {
            return "no such folder" + of((FileSystemException) e);
        }
        if (e instanceof FileAlreadyExistsException) {
            return "a file is in the place of a folder" + of((FileSystemException) e);
        }
        if (e instanceof FileSystemException of && of.getReason() != null) {
            return plain(of.getReason());
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : plain(e.getMessage());
    }

    private static String of(FileSystemException e) {
        return e.getFile() == null ? "" : " (" + plain(e.getFile()) + ")";
    }

    /** A name made safe for a terminal. */
    private static String plain(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
    }
}
