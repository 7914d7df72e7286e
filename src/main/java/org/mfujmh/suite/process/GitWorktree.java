package org.mfujmh.suite.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.mfujmh.BadInput;
import org.mfujmh.ShortCommand;

/**
 * The files of a commit in a temporary folder, which is removed when the process ends, except by SIGKILL. They are
 * extracted with {@code git archive}, so the repository itself is not touched.
 */
public final class GitWorktree implements AutoCloseable {
    private static final int LINES_SHOWN = 12;
    private static final Duration LIMIT = Duration.ofMinutes(20);

    /** A process ended by a signal has an exit code above this. */
    private static final int SIGNALLED = 128;

    private final Path folder;
    private final Commit commit;
    private final OnShutdown atExit = OnShutdown.run("mfu-remove-checkout", this::delete);

    private GitWorktree(Path folder, Commit commit) {
        this.folder = folder;
        this.commit = commit;
    }

    /**
     * An existing commit.
     *
     * @param ref as given by the user
     */
    public record Commit(Path repository, String ref, String hash) {
        /** The first twelve digits of the hash. */
        public String shortName() {
            return hash.substring(0, 12);
        }
    }

    /** @throws BadInput if this is not a repository, or has no such commit */
    public static Commit find(String ref) {
        Ran inside = Ran.of(Path.of("."), List.of("git", "rev-parse", "--show-toplevel"));
        if (inside.code != 0) {
            throw new BadInput("--against " + ref + ": the working directory is not in a git repository, so there is "
                    + "no commit to build. Name a jar of this project instead.");
        }
        Path repository = Path.of(inside.lines.get(0));
        Ran commit = Ran.of(
                repository, List.of("git", "rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}"));
        if (commit.code != 0) {
            throw new BadInput(
                    "--against " + ref + ": git has no such commit, branch or tag here. (In a shallow clone, fetch "
                            + "it first, e.g. with git fetch --depth=1 origin " + ref + ".)");
        }
        return new Commit(repository, ref, commit.lines.get(0));
    }

    /** Extracts the files of a commit into a new temporary folder. */
    public static GitWorktree of(Commit commit) {
        try {
            GitWorktree checkedOut = new GitWorktree(Files.createTempDirectory("mfu-against-"), commit);
            try {
                checkedOut.unpack();
            } catch (IOException | RuntimeException e) {
                checkedOut.close();
                throw e;
            }
            return checkedOut;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void unpack() throws IOException {
        Path archive = folder.resolve("archive.zip");
        Ran archived = Ran.of(
                commit.repository, List.of("git", "archive", "--format=zip", "-o", archive.toString(), commit.hash));
        if (archived.code != 0) {
            throw new BadInput("git archive " + commit.shortName() + " failed: " + String.join(" / ", archived.lines));
        }
        Path sources = sources();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = sources.resolve(entry.getName()).normalize();
                if (!target.startsWith(sources)) {
                    throw new IOException("A path outside the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(zip, target);
                }
            }
        }
        Files.delete(archive);
    }

    private Path sources() {
        return folder.resolve("build");
    }

    /** Compiles the files. @return the class path */
    public String build() {
        List<String> command = new ArrayList<>(List.of(maven(), "-B", "-ntp", "-q", "-Dspotless.check.skip=true"));
        // The launcher's options for Maven, so that both builds use the same engine.
        Optional.ofNullable(System.getenv("MFU_MAVEN"))
                .filter(options -> !options.isBlank())
                .ifPresent(options -> command.addAll(List.of(options.strip().split("\\s+"))));
        command.add("compile");
        Ran built = Ran.of(sources(), command);
        Path libraries = sources().resolve("target/classpath.txt");
        if (built.code != 0 || !Files.exists(libraries)) {
            throw new BadInput(
                    "--against: " + commit.shortName() + " could not be built (Maven's exit code " + built.code
                            + (built.code > SIGNALLED ? ": it was stopped" : "") + "). Maven's errors: "
                            + built.lines.stream()
                                    .filter(line -> line.contains("ERROR"))
                                    .limit(LINES_SHOWN)
                                    .collect(Collectors.joining(" / ")));
        }
        try {
            return sources().resolve("target/classes")
                    + File.pathSeparator
                    + Files.readString(libraries).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String maven() {
        return File.separatorChar == '\\' ? "mvn.cmd" : "mvn";
    }

    @Override
    public void close() {
        delete();
        atExit.close();
    }

    /** Deletes the folder; retries while an ending process of the build still writes to it. */
    private void delete() {
        for (int attempt = 0; attempt < 20 && Files.exists(folder); attempt++) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
                if (Files.exists(folder)) {
                    Thread.sleep(100);
                }
            } catch (IOException | UncheckedIOException changing) {
                // Retried.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** A completed command: its exit code and output. */
    private record Ran(int code, List<String> lines) {
        static Ran of(Path folder, List<String> command) {
            try {
                ShortCommand.CommandOutput ran = ShortCommand.run(
                        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true), "", LIMIT);
                if (!ran.ended()) {
                    throw new BadInput("--against: " + String.join(" ", command) + " did not end within "
                            + LIMIT.toMinutes() + " minutes and was stopped. Build the other commit yourself and name"
                            + " its jar.");
                }
                return new Ran(ran.exitCode(), ran.output().lines().toList());
            } catch (IOException e) {
                throw new BadInput(
                        "--against needs " + command.get(0) + ", which could not be started: " + e.getMessage(), e);
            }
        }
    }
}
