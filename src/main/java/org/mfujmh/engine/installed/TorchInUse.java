package org.mfujmh.engine.installed;

import java.io.File;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.schema.RunProperty;

/**
 * Which PyTorch this process and its children load, where it is not the one on the class path. The choice stands in
 * system properties, since DJL reads them there; a child process that is started with {@link #PROPERTIES} of its parent
 * uses the same, without looking for it again.
 */
public final class TorchInUse {
    /** What the user asked for: as {@code --torch}; the variable MFU_TORCH says the same. */
    public static final String ASKED = RunProperty.TORCH_ASKED.key();

    /** Asks for the libtorch on the class path, whatever MFU_TORCH says. */
    public static final String BUNDLED = "bundled";

    private static final String VARIABLE = "MFU_TORCH";
    private static final String FOLDER = RunProperty.TORCH_PATH.key();
    private static final String JNI = RunProperty.TORCH_JNI.key();
    private static final String STAMP = RunProperty.TORCH_STAMP.key();
    private static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";
    private static final String VERSION = "PYTORCH_VERSION";
    private static final String FLAVOR = "PYTORCH_FLAVOR";
    private static final String JNA = "jna.library.path";

    /** Names of the system properties that tell a process all of it, but for JNA's, which others set too. */
    public static final List<String> PROPERTIES = List.of(LIBRARY_PATH, VERSION, FLAVOR, FOLDER, JNI, STAMP);

    private TorchInUse() {}

    /** Chooses for this process what {@code --torch} says. */
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

    /** Whether an installed PyTorch is used, and not the one on the class path. */
    public static boolean isInstalled() {
        return System.getProperty(FOLDER) != null;
    }

    /**
     * Finds the PyTorch that was asked for, compiles its JNI library where that was never done, and tells DJL. Does
     * nothing where none was asked for, or it was done before. Has to come before libtorch, and JNA, are first used.
     *
     * @param progress where to say what takes time
     * @throws BadInput where there is no such PyTorch, or it cannot be used
     */
    public static synchronized void prepare(PrintStream progress) {
        if (isInstalled()) {
            requireUnchanged();
            return;
        }
        Map<String, String> environment = System.getenv();
        asked(environment).ifPresent(asked -> {
            requireLinux(asked);
            requireNoOtherWord(environment);
            InstalledTorch torch = InstalledTorch.of(new TorchFinder(environment).find(asked));
            use(torch, LibraryCache.of(environment, progress).get(torch));
            progress.println(describe().orElseThrow());
            torch.version()
                    .hip()
                    .ifPresent(hip -> progress.println("Note: this PyTorch is for AMD's ROCm " + hip
                            + ". DJL counts GPUs by CUDA's runtime, so its CPU part alone is used."));
        });
    }

    private static void use(InstalledTorch torch, JniLibrary library) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(LIBRARY_PATH, library.folder().toString());
        properties.put(VERSION, torch.version().full());
        properties.put(FLAVOR, torch.version().flavor());
        properties.put(FOLDER, torch.folder().toString());
        properties.put(JNI, library.origin().label());
        properties.put(STAMP, torch.stamp());
        properties.forEach(System::setProperty);
        String others = System.getProperty(JNA, "");
        System.setProperty(JNA, library.jna() + (others.isEmpty() ? "" : File.pathSeparator + others));
    }

    private static void requireLinux(String asked) {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new BadInput(
                    "--torch " + asked + " was asked for, but an installed PyTorch can be used on Linux alone."
                            + " Leave --torch and MFU_TORCH out to measure the libtorch on the class path.");
        }
    }

    /** DJL believes the environment before it believes us. */
    private static void requireNoOtherWord(Map<String, String> environment) {
        for (String variable : List.of(LIBRARY_PATH, VERSION, FLAVOR)) {
            if (environment.containsKey(variable)) {
                throw new BadInput("The environment has " + variable + "=" + environment.get(variable)
                        + ", which DJL would believe rather than --torch. Unset it (./mfu does), or leave --torch and"
                        + " MFU_TORCH out.");
            }
        }
    }

    /** @throws BadInput where the PyTorch in use is not the one that it was when the first process looked */
    public static void requireUnchanged() {
        String stamp = System.getProperty(STAMP);
        if (stamp == null) {
            return;
        }
        Path library = Path.of(System.getProperty(FOLDER), "lib", "libtorch_cpu.so");
        if (!InstalledTorch.stamp(library).equals(stamp)) {
            throw new BadInput(
                    "PyTorch changed while it was measured: " + library + " has another size or time than when"
                            + " this run began. Results of both would not belong together: start again, into a new file.");
        }
    }

    /** The options of a JVM that is to use the same PyTorch; none where the class path's is used. */
    public static List<String> jvmOptions() {
        return isInstalled()
                ? Stream.concat(PROPERTIES.stream(), Stream.of(JNA))
                        .map(name -> "-D" + name + "=" + System.getProperty(name))
                        .toList()
                : List.of();
    }

    /** One line: version, folder and how the JNI library came to be; nothing where the class path's is used. */
    public static Optional<String> describe() {
        return isInstalled()
                ? Optional.of("PyTorch " + System.getProperty(VERSION) + " of " + System.getProperty(FOLDER)
                        + " (JNI library: " + System.getProperty(JNI) + ")")
                : Optional.empty();
    }

    /** Whether the PyTorch in use was built for CUDA; nothing where the class path's is used. */
    public static Optional<Boolean> isCudaBuild() {
        return isInstalled() ? Optional.of(System.getProperty(FLAVOR).startsWith("cu")) : Optional.empty();
    }

    /** The full version of the PyTorch in use. */
    public static Optional<String> version() {
        return isInstalled() ? Optional.of(System.getProperty(VERSION)) : Optional.empty();
    }
}
