package org.mfujmh.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a Java process that is to load libtorch is started. */
public final class EngineJvm {
    private static final String THREADS = "ai.djl.pytorch.num_threads";

    private EngineJvm() {}

    /** Options of the JVM: those without which a newer Java warns, and the threads that this process was given. */
    public static List<String> options() {
        List<String> options = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= 24) {
            options.add("--sun-misc-unsafe-memory-access=allow");
        }
        Optional.ofNullable(System.getProperty(THREADS))
                .ifPresent(threads -> options.add("-D" + THREADS + "=" + threads));
        return options;
    }

    /** The program of the JVM that runs this process. */
    public static String java() {
        return ProcessHandle.current().info().command().orElse(System.getProperty("java.home") + "/bin/java");
    }
}
