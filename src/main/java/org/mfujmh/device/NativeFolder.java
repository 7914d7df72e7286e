package org.mfujmh.device;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A folder into which a library unpacks its native code. That fails if the folder is mounted noexec or read-only, or
 * the disk is full.
 *
 * @param library the library and what it unpacks, as the beginning of a sentence
 * @param path the folder
 * @param option the option that sets another folder, as a user writes it
 */
public record NativeFolder(String library, Path path, String option) {
    /** Messages from libraries and the loader that mean, or may mean, a problem with the folder. */
    private static final Pattern SIGNS = Pattern.compile(
            "no space left|disk quota|read-only file system|failed to map segment|operation not permitted"
                    + "|permission denied|not permitted|cannot open shared object|temporary director|jnidispatch"
                    + "|com\\.sun\\.jna|failed to (save|extract|copy|create|load)|unable to (create|write|load)",
            Pattern.CASE_INSENSITIVE);

    private static final int TRIED_BYTES = 1 << 18;

    /** The folder of JNA, which OSHI and NVML use, as in {@code Native.getTempDir}. */
    public static NativeFolder jna() {
        String given = System.getProperty("jna.tmpdir");
        Path folder = given == null ? jnaDefault() : Path.of(given);
        return new NativeFolder("JNA unpacks its native library", folder, "MFU_JAVA_OPTS=-Djna.tmpdir=FOLDER");
    }

    private static Path jnaDefault() {
        String home = System.getProperty("user.home", "");
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String cache = Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .filter(folder -> !folder.isBlank())
                .orElse(home + "/.cache");
        Path own = os.startsWith("mac") ? Path.of(home, "Library/Caches/JNA/temp") : Path.of(cache, "JNA/temp");
        boolean usable = !os.startsWith("windows") && (Files.isWritable(own) || isWritableAbove(own));
        return usable ? own : temporary().path();
    }

    private static boolean isWritableAbove(Path folder) {
        Path above = folder;
        while (above != null && !Files.exists(above)) {
            above = above.getParent();
        }
        return above != null && Files.isDirectory(above) && Files.isWritable(above) && !above.equals(folder);
    }

    /** Java's own temporary folder. */
    public static NativeFolder temporary() {
        return new NativeFolder(
                "Temporary files go",
                Path.of(System.getProperty("java.io.tmpdir")),
                "MFU_JAVA_OPTS=-Djava.io.tmpdir=FOLDER");
    }

    /** Whether an exception may be caused by such a folder. */
    public static boolean isSuspect(Throwable thrown) {
        for (Throwable one = thrown; one != null; one = one.getCause()) {
            boolean says =
                    one.getMessage() != null && SIGNS.matcher(one.getMessage()).find();
            if (one instanceof LinkageError || one instanceof FileSystemException || says) {
                return true;
            }
        }
        return false;
    }

    /** The problem of the first folder that has one, and what to do, as a sentence. */
    public static Optional<String> trouble(List<NativeFolder> folders) {
        return folders.stream().flatMap(folder -> folder.trouble().stream()).findFirst();
    }

    /** The problem of this folder, and what to do, as a sentence; empty if there is none. */
    public Optional<String> trouble() {
        return fault().map(why -> library + " into " + path + ", " + why + ". Set a writable folder that allows "
                + "execution: " + option + ".");
    }

    private Optional<String> fault() {
        Path tried = null;
        try {
            Files.createDirectories(path);
            tried = Files.createTempFile(path, ".mfu", ".tmp");
            Files.write(tried, new byte[TRIED_BYTES]);
            boolean runs = tried.toFile().setExecutable(true) && Files.isExecutable(tried);
            return runs ? Optional.empty() : Optional.of("which does not allow execution (mounted noexec)");
        } catch (AccessDeniedException e) {
            return Optional.of("where this user has no write permission");
        } catch (FileSystemException e) {
            return Optional.of("where nothing can be written (" + reason(e) + ")");
        } catch (IOException | SecurityException e) {
            return Optional.of("where nothing can be written (" + e.getMessage() + ")");
        } finally {
            remove(tried);
        }
    }

    private static String reason(FileSystemException e) {
        return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    }

    private static void remove(Path tried) {
        try {
            if (tried != null) {
                Files.deleteIfExists(tried);
            }
        } catch (IOException stays) {
            // Leaves an empty file in a temporary folder.
        }
    }
}
