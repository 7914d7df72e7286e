package org.mfujmh.engine;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.mfujmh.engine.installed.TorchInUse;

/** How a Java process that is to load libtorch is started. */
public final class EngineJvm {
    /**
     * The threads that this process was given; where JNA looks for libcudart, without which DJL sees no GPU; and the
     * folders that natives are unpacked into, which a user names where the usual ones do not do.
     */
    private static final List<String> INHERITED = List.of(
            "ai.djl.pytorch.num_threads",
            "jna.library.path",
            "jna.tmpdir",
            "jna.boot.library.path",
            "DJL_CACHE_DIR",
            "ENGINE_CACHE_DIR");

    /** Every JVM has one: handed on where it was given, not where it is the system's. */
    private static final String TEMPORARY = "-Djava.io.tmpdir=";

    private EngineJvm() {}

    /**
     * JVM options of a child process: those that keep newer Javas from warning, and this process's choice of libtorch.
     */
    public static List<String> options() {
        List<String> options = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= 24) {
            options.add("--sun-misc-unsafe-memory-access=allow");
        }
        Stream<String> inherited = INHERITED.stream()
                .filter(name -> System.getProperty(name) != null)
                .map(name -> "-D" + name + "=" + System.getProperty(name));
        Stream.concat(inherited, TorchInUse.jvmOptions().stream()).distinct().forEach(options::add);
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith(TEMPORARY))
                .forEach(options::add);
        return options;
    }
}
