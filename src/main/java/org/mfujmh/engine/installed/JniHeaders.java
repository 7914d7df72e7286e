package org.mfujmh.engine.installed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mfujmh.BadInput;
import org.mfujmh.schema.RunProperty;

/** Finds {@code jni.h}, which a JDK has and a runtime alone has not; the portable archive carries a copy. */
final class JniHeaders {
    /** A folder with jni.h, which the launcher of the portable archive names. */
    static final String PROPERTY = RunProperty.JNI_INCLUDE.key();

    private JniHeaders() {}

    /** The folders to include. @throws BadInput if there is no jni.h */
    static List<Path> find(Map<String, String> environment) {
        List<Path> candidates = new ArrayList<>();
        if (System.getProperty(PROPERTY) != null) {
            candidates.add(Path.of(System.getProperty(PROPERTY)));
        }
        candidates.add(Path.of(System.getProperty("java.home"), "include"));
        if (!environment.getOrDefault("JAVA_HOME", "").isEmpty()) {
            candidates.add(Path.of(environment.get("JAVA_HOME"), "include"));
        }
        TorchFinder.onPath("javac", environment).ifPresent(javac -> {
            try {
                candidates.add(javac.toRealPath().resolveSibling("../include").normalize());
            } catch (IOException dangling) {
                // Then it is no JDK.
            }
        });
        for (Path candidate : candidates) {
            if (Files.isRegularFile(candidate.resolve("jni.h"))
                    && Files.isRegularFile(candidate.resolve("linux/jni_md.h"))) {
                return List.of(candidate, candidate.resolve("linux"));
            }
        }
        throw new BadInput("There is no jni.h, which the JNI library for PyTorch is compiled with: this Java ("
                + System.getProperty("java.home") + ") is a runtime alone. Install a JDK and point JAVA_HOME at it, use"
                + " the portable archive, or give a library that was compiled elsewhere by "
                + JniLibrary.GIVEN_VARIABLE + "=FILE.");
    }
}
