package org.mfujmh.engine.installed;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.mfujmh.BadInput;

/**
 * Finds the folder of an installed PyTorch.
 *
 * @param environment variables: VIRTUAL_ENV, CONDA_PREFIX, PATH
 */
record TorchFinder(Map<String, String> environment) {
    static final String AUTO = "auto";

    private static final String WHAT_FITS =
            "Give the folder torch, the site-packages or virtual environment that it is in, a Python, or auto.";

    /**
     * @param asked {@code auto}, or the path of a torch, of the site-packages or environment that has it, or of a
     *     Python
     * @throws BadInput if there is none
     */
    Path find(String asked) {
        return asked.equals(AUTO) ? findAny() : findAt(asked);
    }

    /** The first of: the virtual environment that is active, conda's, the python3 on the PATH. */
    private Path findAny() {
        List<String> looked = new ArrayList<>();
        for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            String folder = environment.getOrDefault(variable, "");
            if (!folder.isEmpty()) {
                Optional<Path> found = pythonOf(Path.of(folder))
                        .flatMap(PythonFolders::of)
                        .or(() -> PythonFolders.below(Path.of(folder)));
                if (found.isPresent()) {
                    return found.get();
                }
                looked.add(variable + " (" + folder + ")");
            }
        }
        for (String name : List.of("python3", "python")) {
            Optional<Path> python = onPath(name);
            if (python.isPresent()) {
                Optional<Path> found = PythonFolders.of(python.get());
                if (found.isPresent()) {
                    return found.get();
                }
                looked.add(name + " (" + python.get() + ")");
            }
        }
        throw new BadInput("--torch auto found no PyTorch: "
                + (looked.isEmpty()
                        ? "there is no VIRTUAL_ENV, no CONDA_PREFIX and no python3 on the PATH."
                        : "none was found through " + String.join(", ", looked) + ".")
                + " Install it (python3 -m pip install torch), or name its folder with --torch PATH.");
    }

    private Path findAt(String asked) {
        Path path;
        try {
            // Where a shell leaves it as it is: after "=", as in -Dmfu.torch.path=~/venv.
            String unfolded = asked.startsWith("~/") ? System.getProperty("user.home") + asked.substring(1) : asked;
            path = Path.of(unfolded).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new BadInput("--torch is empty. " + WHAT_FITS, e);
        }
        if (!Files.exists(path)) {
            throw new BadInput("--torch " + asked + ": there is no such file or folder. " + WHAT_FITS);
        }
        Optional<Path> found = Files.isDirectory(path)
                ? Stream.of(path, path.resolve("torch"))
                        .filter(PythonFolders::isTorch)
                        .findFirst()
                        .or(() -> inEnvironment(path))
                : Files.isExecutable(path) ? PythonFolders.of(path) : Optional.empty();
        return found.orElseThrow(() -> new BadInput("--torch " + asked + ": there is no PyTorch in it. " + WHAT_FITS));
    }

    private static Optional<Path> inEnvironment(Path folder) {
        return PythonFolders.below(folder).or(() -> pythonOf(folder).flatMap(PythonFolders::of));
    }

    private static Optional<Path> pythonOf(Path environment) {
        return Stream.of("bin/python3", "bin/python")
                .map(environment::resolve)
                .filter(Files::isExecutable)
                .findFirst();
    }

    private Optional<Path> onPath(String program) {
        return onPath(program, environment);
    }

    /** A program by the PATH, as a shell finds it. */
    static Optional<Path> onPath(String program, Map<String, String> environment) {
        return Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }
}
