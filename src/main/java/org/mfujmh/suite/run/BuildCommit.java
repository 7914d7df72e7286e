package org.mfujmh.suite.run;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** The commit that this program was built from: a jar has it in its manifest, a checkout's classes have their checkout. */
public final class BuildCommit {
    private static final String ATTRIBUTE = "Mfu-Commit";
    private static final long SECONDS = 10;

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
                .flatMap(here -> git(classes, "describe", "--always", "--dirty", "--abbrev=12", "--match=NeVeR"));
    }

    private static Optional<String> git(Path folder, String... arguments) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try {
            Process process = new ProcessBuilder(Stream.concat(Stream.of("git"), Stream.of(arguments))
                            .toList())
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            Optional<String> line = process.inputReader().lines().findFirst();
            return process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0 ? line : Optional.empty();
        } catch (IOException noGit) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
