package org.mfujmh.engine.installed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Finds a Python's packages: by asking Python itself, which alone knows its search path, else in the file system. */
final class PythonFolders {
    private static final long SECONDS = 60;

    /** Ignores the working directory, whose folder named torch would take precedence; imports nothing. */
    private static final String QUESTION = "import sys; sys.path[:1] = [p for p in sys.path[:1] if p];"
            + " import importlib.util as u;"
            + " s = u.find_spec('torch'); print(s.origin if s and s.origin else '')";

    private PythonFolders() {}

    /**
     * The torch below an installation's folder, e.g. /usr or a virtual environment; nothing if there is none, or
     * several.
     */
    static Optional<Path> below(Path prefix) {
        List<Path> found = new ArrayList<>();
        for (String lib : List.of("lib", "lib64", "local/lib")) {
            Path folder = prefix.resolve(lib);
            // lib64 is a link to lib in most virtual environments
            if (Files.isDirectory(folder) && !(lib.equals("lib64") && Files.isSymbolicLink(folder))) {
                found.addAll(packages(folder));
            }
        }
        List<Path> torches = found.stream()
                .map(packages -> packages.resolve("torch"))
                .filter(PythonFolders::isTorch)
                .toList();
        return torches.size() == 1 ? Optional.of(torches.get(0)) : Optional.empty();
    }

    private static List<Path> packages(Path lib) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> pythons = Files.newDirectoryStream(lib, "python3*")) {
            for (Path python : pythons) {
                found.add(python.resolve("site-packages"));
                found.add(python.resolve("dist-packages"));
            }
        } catch (IOException unreadable) {
            // Then nothing is found there, and Python is asked.
        }
        return found;
    }

    static boolean isTorch(Path folder) {
        return Files.isRegularFile(folder.resolve("version.py")) && Files.isDirectory(folder.resolve("lib"));
    }

    /**
     * The torch that a Python would import, which may lie in PYTHONPATH or the user's own packages. Asking takes a tenth
     * of a second.
     */
    static Optional<Path> of(Path python) {
        try {
            Process process = new ProcessBuilder(python.toString(), "-c", QUESTION)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            String origin = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return origin.isEmpty()
                    ? Optional.empty()
                    : Optional.ofNullable(Path.of(origin).getParent()).filter(PythonFolders::isTorch);
        } catch (IOException | InvalidPathException noPython) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
