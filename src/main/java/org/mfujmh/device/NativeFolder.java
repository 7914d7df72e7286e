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
 * A folder that a library unpacks its native code into, which a temporary folder mounted noexec, a full disk or a home
 * that may not be written to prevent.
 *
 * @param library whose folder it is, and what it unpacks, as the beginning of a sentence
 * @param path where
 * @param option that names another folder, as a user writes it
 */
public record NativeFolder(String library, Path path, String option) {
    /** As libraries and the loader say that it is the folder's fault, or may be. */
    private static final Pattern SIGNS = Pattern.compile(
            "no space left|disk quota|read-only file system|failed to map segment|operation not permitted"
                    + "|permission denied|not permitted|cannot open shared object|temporary director|jnidispatch"
                    + "|com\\.sun\\.jna|failed to (save|extract|copy|create|load)|unable to (create|write|load)",
            Pattern.CASE_INSENSITIVE);

    private static final int TRIED_BYTES = 1 << 18;

    /** JNA's, which OSHI and NVML are asked by: the rules of its {@code Native.getTempDir}. */
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

    /** Whether what was thrown can be a folder's fault. */
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

    /** What is the matter with the first of these folders with which something is, and what helps, in a sentence. */
    public static Optional<String> trouble(List<NativeFolder> folders) {
        return folders.stream().flatMap(folder -> folder.trouble().stream()).findFirst();
    }

    /** What is the matter with it, and what helps, in a sentence; empty where it will do. */
    public Optional<String> trouble() {
        return fault().map(why -> library + " into " + path + ", " + why + ". Name a folder that can be written to and"
                + " whose files can be run: " + option + ".");
    }

    private Optional<String> fault() {
        Path tried = null;
        try {
            Files.createDirectories(path);
            tried = Files.createTempFile(path, ".mfu", ".tmp");
            Files.write(tried, new byte[TRIED_BYTES]);
            boolean runs = tried.toFile().setExecutable(true) && Files.isExecutable(tried);
            return runs ? Optional.empty() : Optional.of("which does not allow programs to be run (mounted noexec)");
        } catch (AccessDeniedException e) {
            return Optional.of("where this user may not write");
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
            // An empty file in a temporary folder.
        }
    }
}
