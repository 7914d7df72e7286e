package org.mfujmh.suite.run;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The commit that a jar of this project was built from, which the build writes into its manifest. */
final class BuildCommit {
    private static final String ATTRIBUTE = "Mfu-Commit";

    private BuildCommit() {}

    /** Empty if this program does not run from a jar, or the jar was built outside a checkout. */
    static Optional<String> ofThisProgram() {
        CodeSource source = BuildCommit.class.getProtectionDomain().getCodeSource();
        try {
            return source == null
                    ? Optional.empty()
                    : of(Path.of(source.getLocation().toURI()));
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
}
