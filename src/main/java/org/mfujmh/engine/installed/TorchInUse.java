package org.mfujmh.engine.installed;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.mfujmh.BadInput;

/**
 * The PyTorch that this process and its children load, if it is not the one on the class path. The choice stands in
 * system properties ({@link TorchSettings}), since DJL reads them there; a child process that is started with {@link
 * #jvmOptions} of its parent uses the same, without looking for it again.
 */
public final class TorchInUse {
    /** The user's request, as in {@code --torch} or the variable MFU_TORCH. */
    public static final String ASKED = TorchSettings.ASKED;

    /** Requests the libtorch on the class path, even if MFU_TORCH is set. */
    public static final String BUNDLED = "bundled";

    private static final String VARIABLE = "MFU_TORCH";

    private TorchInUse() {}

    /** Sets this process's choice to the value of {@code --torch}. */
    public static void ask(String pathOrAuto) {
        System.setProperty(ASKED, pathOrAuto);
    }

    private static Optional<String> asked(Map<String, String> environment) {
        return Stream.of(System.getProperty(ASKED), environment.get(VARIABLE))
                .filter(Objects::nonNull)
                .filter(text -> !text.isBlank())
                .findFirst()
                .filter(text -> !text.equals(BUNDLED));
    }

    /** Whether an installed PyTorch is used instead of the one on the class path. */
    public static boolean isInstalled() {
        return System.getProperty(TorchSettings.FOLDER) != null;
    }

    /**
     * Finds the PyTorch that was asked for, compiles its JNI library where that was never done, and tells DJL. Does
     * nothing if none was asked for, or it was done before. Has to come before libtorch, and JNA, are first used.
     *
     * @param progress where to say what takes time
     * @throws BadInput if there is no such PyTorch, or it cannot be used
     */
    public static synchronized void prepare(PrintStream progress) {
        if (isInstalled()) {
            requireUnchanged();
            return;
        }
        asked(System.getenv())
                .ifPresent(asked -> NamedTorch.find(asked).prepare(progress).set());
    }

    /**
     * Uses it in this process and in those that it starts from now on. Must be called before libtorch is first used.
     */
    public static synchronized void use(TorchSettings settings) {
        settings.set();
    }

    /** Runs something, such as starting processes, with another libtorch; this process itself must not load one. */
    public static <T> T with(TorchSettings other, Supplier<T> action) {
        TorchSettings own = TorchSettings.ofThisProcess();
        other.set();
        try {
            return action.get();
        } finally {
            own.set();
        }
    }

    /** @throws BadInput if the PyTorch in use has changed since the first process looked */
    public static void requireUnchanged() {
        String stamp = System.getProperty(TorchSettings.STAMP);
        if (stamp == null) {
            return;
        }
        Path library = Path.of(System.getProperty(TorchSettings.FOLDER), "lib", "libtorch_cpu.so");
        if (!InstalledTorch.stamp(library).equals(stamp)) {
            throw new BadInput(
                    "PyTorch changed while it was measured: " + library
                            + " has a different size or time than at the start of this run. Results of both must not be mixed: start again with a new file.");
        }
    }

    /** The options of a JVM that is to use the same libtorch; none if none was requested. */
    public static List<String> jvmOptions() {
        return TorchSettings.ofThisProcess().jvmOptions();
    }

    /** One line: version, folder and how the JNI library came to be; nothing if the class path's is used. */
    public static Optional<String> describe() {
        return TorchSettings.ofThisProcess().describe();
    }

    /** The folder of the cache that DJL loads from; an installed PyTorch has one. */
    public static String libraryFolder() {
        return System.getProperty(TorchSettings.LIBRARY_PATH);
    }

    /** Whether the PyTorch in use was built for CUDA; nothing if the class path's is used. */
    public static Optional<Boolean> isCudaBuild() {
        return isInstalled()
                ? Optional.of(System.getProperty(TorchSettings.FLAVOR).startsWith("cu"))
                : Optional.empty();
    }

    /** The full version of the PyTorch in use. */
    public static Optional<String> version() {
        return isInstalled() ? Optional.of(System.getProperty(TorchSettings.VERSION)) : Optional.empty();
    }
}
