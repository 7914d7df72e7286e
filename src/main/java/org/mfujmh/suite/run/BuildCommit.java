package org.mfujmh.suite.run;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.mfujmh.ShortCommand;

/** The commit that this program was built from: a jar has it in its manifest, a checkout's classes have their checkout. */
public final class BuildCommit {
    private static final String ATTRIBUTE = "Mfu-Commit";
    private static final String DIRTY = "-dirty";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private BuildCommit() {}

    /** Empty if this program does not run from a jar, or the jar was built outside a checkout. */
    static Optional<String> ofThisProgram() {
        return classes().flatMap(BuildCommit::of);
    }

    /**
     * The commit of this program's jar or, where its classes lie in the {@code target} of a checkout, of that checkout,
     * with {@code -dirty} appended if files differ from it; empty if neither is known.
     */
    public static Optional<String> ofJarOrCheckout() {
        return classes().flatMap(classes -> of(classes).or(() -> ofCheckout(classes)));
    }

    private static Optional<Path> classes() {
        CodeSource source = BuildCommit.class.getProtectionDomain().getCodeSource();
        try {
            return source == null
                    ? Optional.empty()
                    : Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param classes a jar, or a folder of classes, which has no manifest */
    static Optional<String> of(Path classes) {
        if (!Files.isRegularFile(classes)) {
            return Optional.empty();
        }
        try (JarFile jar = new JarFile(classes.toFile())) {
            return Optional.ofNullable(jar.getManifest())
                    .map(Manifest::getMainAttributes)
                    .map(attributes -> attributes.getValue(ATTRIBUTE))
                    .map(String::strip)
                    .filter(commit -> !commit.isEmpty());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** @param classes a folder of classes; those of another project's checkout, unpacked into it, have no commit */
    static Optional<String> ofCheckout(Path classes) {
        return git(classes, "rev-parse", "--show-prefix")
                .filter("target/classes/"::equals)
                .flatMap(here -> ofFolder(classes));
    }

    /**
     * The same, not marked for files that the run itself writes: the baseline that it resumes may be under version
     * control.
     *
     * @param written what does not count
     */
    static Optional<String> ofFolder(Path folder, Set<Path> written) {
        return ofFolder(folder)
                .map(commit -> commit.endsWith(DIRTY) && differsOnlyIn(folder, written)
                        ? commit.substring(0, commit.length() - DIRTY.length())
                        : commit);
    }

    private static boolean differsOnlyIn(Path folder, Set<Path> written) {
        Optional<String> root = git(folder, "rev-parse", "--show-toplevel");
        Optional<String> names = git(folder, "diff", "--name-only", "-z", "HEAD");
        return root.isPresent()
                && names.isPresent()
                && Stream.of(names.get().split("\0"))
                        .allMatch(name -> written.stream().anyMatch(file -> isSame(file, Path.of(root.get(), name))));
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException absent) {
            return false;
        }
    }

    /** The commit that is checked out in a folder, marked where files differ from it; empty outside a checkout. */
    static Optional<String> ofFolder(Path folder) {
        return git(folder, "describe", "--always", "--dirty", "--abbrev=12", "--match=NeVeR")
                .filter(commit -> !commit.isEmpty());
    }

    /** What git says there, stripped; empty if there is no git or no repository, or it takes too long. */
    private static Optional<String> git(Path folder, String... arguments) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try {
            ProcessBuilder git = new ProcessBuilder(Stream.concat(Stream.of("git"), Stream.of(arguments))
                            .toList())
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            ShortCommand.CommandOutput ran = ShortCommand.run(git, "", LIMIT);
            return ran.ended() && ran.exitCode() == 0 ? Optional.of(ran.output().strip()) : Optional.empty();
        } catch (IOException noGit) {
            return Optional.empty();
        }
    }
}
