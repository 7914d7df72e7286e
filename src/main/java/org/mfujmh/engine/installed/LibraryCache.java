package org.mfujmh.engine.installed;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.WholeFile;

/**
 * Compiles the JNI library for an installed PyTorch once, and caches it. An entry is a folder whose name depends on all
 * that the library depends on; it is made under another name and renamed when it is whole, so that whatever stops the
 * compiler nothing half-built is ever found.
 *
 * @param environment variables that choose the compiler, the headers and the cache
 */
record LibraryCache(CacheRoots roots, Map<String, String> environment, PrintStream progress) {
    /** Serialises threads of one process; a file lock only works between processes. */
    private static final Object TURN = new Object();

    static LibraryCache of(Map<String, String> environment, PrintStream progress) {
        return new LibraryCache(CacheRoots.of(environment), environment, progress);
    }

    /** What fills a new entry. */
    private interface Filling {
        void fill(Path folder) throws IOException;
    }

    /**
     * The library for that PyTorch: the one that was given, one that was compiled before, or compiled now.
     *
     * @throws BadInput if it cannot be compiled
     */
    JniLibrary get(InstalledTorch torch) {
        String given = environment.getOrDefault(JniLibrary.GIVEN_VARIABLE, "");
        return given.isEmpty() ? compiled(torch) : given(torch, Path.of(given).toAbsolutePath());
    }

    private JniLibrary given(InstalledTorch torch, Path file) {
        try {
            String theirs = new ElfFile(file)
                    .architecture()
                    .orElseThrow(() -> new BadInput(JniLibrary.GIVEN_VARIABLE + "=" + file + " is not a shared library."
                            + " Name a libdjl_torch.so that was compiled for PyTorch "
                            + torch.version().full() + ", or unset it."));
            if (!theirs.equals(ElfFile.ownArchitecture())) {
                throw new BadInput(JniLibrary.GIVEN_VARIABLE + "=" + file + " is a library for " + theirs
                        + ", but this Java is for " + ElfFile.ownArchitecture() + ".");
            }
        } catch (IOException e) {
            throw new BadInput(
                    JniLibrary.GIVEN_VARIABLE + "=" + file + " cannot be read: "
                            + e.getClass().getSimpleName()
                            + ". Name a libdjl_torch.so that was compiled for PyTorch "
                            + torch.version().full() + ", or unset it.",
                    e);
        }
        String name = name(torch, "given", file.toString(), InstalledTorch.stamp(file));
        Path entry = existing(torch, name)
                .orElseGet(() -> once(torch, name, folder -> {
                    Files.createSymbolicLink(folder.resolve(JniLibrary.FILE_NAME), file);
                    link(torch, folder);
                }));
        return new JniLibrary(entry, JniLibrary.JniOrigin.GIVEN);
    }

    private JniLibrary compiled(InstalledTorch torch) {
        String source = HexFormat.of().formatHex(sha256(JniSource.bytes())) + String.join(" ", JniSource.OPTIONS);
        CppCompiler compiler;
        try {
            compiler = CppCompiler.find(environment);
        } catch (BadInput none) {
            // A node without a compiler that shares its home with one that has one.
            return anyCompilers(torch, name(torch, source))
                    .map(entry -> new JniLibrary(entry, JniLibrary.JniOrigin.CACHED))
                    .orElseThrow(() -> none);
        }
        String name = name(torch, source) + "-" + shortHash(compiler.version());
        Optional<Path> before = existing(torch, name);
        if (before.isPresent()) {
            return new JniLibrary(before.get(), JniLibrary.JniOrigin.CACHED);
        }
        boolean[] here = {false};
        Path entry = once(torch, name, folder -> {
            compile(torch, compiler, folder);
            here[0] = true;
        });
        return new JniLibrary(entry, here[0] ? JniLibrary.JniOrigin.COMPILED : JniLibrary.JniOrigin.CACHED);
    }

    /** All that the library depends on but the compiler: {@code torch-2.14.1+cu130-0123456789ab}. */
    private static String name(InstalledTorch torch, String... more) {
        return "torch-" + torch.version().full().replaceAll("[^A-Za-z0-9.+_-]", "_") + "-"
                + shortHash(torch.folder() + "\n" + torch.stamp() + "\n"
                        + CudaRuntime.find(torch).map(Path::toString).orElse("") + "\n" + String.join("\n", more));
    }

    private Optional<Path> existing(InstalledTorch torch, String name) {
        return roots.existing(name, folder -> isWhole(torch, folder));
    }

    /**
     * Whether nothing was deleted from an entry: DJL looks elsewhere for a library that is missing there, and may load
     * the bundled one.
     */
    private static boolean isWhole(InstalledTorch torch, Path entry) {
        return Stream.concat(Stream.of(JniLibrary.FILE_NAME), torch.librariesThere())
                .map(entry::resolve)
                .allMatch(Files::isRegularFile);
    }

    private Optional<Path> anyCompilers(InstalledTorch torch, String name) {
        for (Path root : roots.candidates()) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, name + "-????????????")) {
                for (Path entry : entries) {
                    Optional<Path> whole = existing(torch, entry.getFileName().toString());
                    if (whole.isPresent()) {
                        return whole;
                    }
                }
            } catch (IOException noSuchRoot) {
                // Then it has none.
            }
        }
        return Optional.empty();
    }

    private void compile(InstalledTorch torch, CppCompiler compiler, Path folder) throws IOException {
        List<String> arguments = JniSource.arguments(torch, environment, folder);
        progress.println("Compiling the JNI library for PyTorch "
                + torch.version().full() + " by " + compiler.version() + " (about a minute, once) ...");
        long start = System.nanoTime();
        compiler.compile(arguments, progress, () -> delete(folder));
        progress.println("  compiled in " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + " s");
        link(torch, folder);
    }

    private static void link(InstalledTorch torch, Path folder) throws IOException {
        for (String library : torch.librariesThere().toList()) {
            Files.createSymbolicLink(folder.resolve(library), torch.libraries().resolve(library));
        }
        Optional<Path> cudart = CudaRuntime.find(torch);
        if (cudart.isPresent()) {
            Path jna = Files.createDirectory(folder.resolve("jna"));
            Files.createSymbolicLink(jna.resolve("libcudart.so"), cudart.get());
        }
    }

    /** Makes an entry unless another thread or process just did. */
    private Path once(InstalledTorch torch, String name, Filling filling) {
        Path root = roots.writable();
        Path entry = root.resolve(name);
        synchronized (TURN) {
            try (FileChannel file = FileChannel.open(
                            root.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = lock(file)) {
                if (isWhole(torch, entry)) {
                    return entry;
                }
                delete(entry);
                deleteAbandoned(root, name);
                Path part = Files.createDirectory(
                        root.resolve(name + ".part-" + ProcessHandle.current().pid()));
                try {
                    filling.fill(part);
                    Files.move(part, entry, StandardCopyOption.ATOMIC_MOVE);
                } finally {
                    delete(part);
                }
                return entry;
            } catch (FileAlreadyExistsException e) {
                throw new BadInput(
                        "The cache " + root + " is used by a process that does not lock it: " + e.getMessage()
                                + ". Name another folder by " + CacheRoots.VARIABLE + "=FOLDER.",
                        e);
            } catch (IOException e) {
                throw new BadInput(
                        "The JNI library cannot be stored in " + root + ": " + WholeFile.why(e)
                                + ". Name another folder by " + CacheRoots.VARIABLE + "=FOLDER.",
                        e);
            }
        }
    }

    private FileLock lock(FileChannel file) throws IOException {
        FileLock free = file.tryLock();
        if (free != null) {
            return free;
        }
        progress.println("Waiting for another process, which compiles the JNI library for the same PyTorch ...");
        return file.lock();
    }

    /** Deletes what a killed process left behind; living processes hold the lock. */
    private static void deleteAbandoned(Path root, String name) throws IOException {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(root, name + ".part-*")) {
            parts.forEach(LibraryCache::delete);
        }
    }

    private static void delete(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException left) {
                    // The next process that compiles the same deletes it.
                }
            });
        } catch (IOException left) {
            // As above.
        }
    }

    private static String shortHash(String text) {
        return HexFormat.of().formatHex(sha256(text.getBytes(StandardCharsets.UTF_8)), 0, 6);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
