package org.mfujmh.engine.installed;

import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.BadInput;

/**
 * A libtorch that a user named: the bundled one, or an installed PyTorch that was found. Finding it is fast; {@link
 * #prepare} may compile.
 */
public final class NamedTorch {
    private final String asked;
    private final Optional<InstalledTorch> installed;

    private NamedTorch(String asked, Optional<InstalledTorch> installed) {
        this.asked = asked;
        this.installed = installed;
    }

    /**
     * Finds it.
     *
     * @param asked as {@code --torch} takes it: a path, {@code auto} or {@code bundled}
     * @throws BadInput if there is none, or it cannot be used here
     */
    public static NamedTorch find(String asked) {
        if (asked.equals(TorchInUse.BUNDLED)) {
            return new NamedTorch(asked, Optional.empty());
        }
        requireLinux(asked);
        Map<String, String> environment = System.getenv();
        requireNoOtherWord(environment);
        return new NamedTorch(asked, Optional.of(InstalledTorch.of(new TorchFinder(environment).find(asked))));
    }

    /** @throws BadInput if the two cannot be compared: they are the same, or one JNI library is given for both */
    public static void requireTwo(NamedTorch first, NamedTorch second) {
        if (first.installed.map(InstalledTorch::folder).equals(second.installed.map(InstalledTorch::folder))) {
            throw new BadInput("--torch " + first.asked + " and --torch " + second.asked + " are the same PyTorch, "
                    + first.place()
                    + ". Name two to compare them, or one to measure it; bundled is the included libtorch.");
        }
        String given = System.getenv().getOrDefault(JniLibrary.GIVEN_VARIABLE, "");
        if (!given.isEmpty() && first.installed.isPresent() && second.installed.isPresent()) {
            throw new BadInput(JniLibrary.GIVEN_VARIABLE + "=" + given + " names one JNI library, and --torch two"
                    + " installed PyTorches: a library fits one version only. Unset it, and one is compiled for each.");
        }
    }

    private String place() {
        return installed.map(torch -> torch.folder().toString()).orElse("the bundled one");
    }

    public boolean isBundled() {
        return installed.isEmpty();
    }

    /** As the user named it. */
    public String asked() {
        return asked;
    }

    /**
     * Compiles its JNI library unless the cache has it, and says which PyTorch it is. Changes nothing in this process.
     *
     * @param progress where to say what takes time
     * @throws BadInput if it cannot be prepared
     */
    public TorchSettings prepare(PrintStream progress) {
        if (installed.isEmpty()) {
            return TorchSettings.bundled();
        }
        InstalledTorch torch = installed.get();
        JniLibrary library = LibraryCache.of(System.getenv(), progress).get(torch);
        TorchSettings settings = TorchSettings.of(torch, library);
        progress.println(settings.describe().orElseThrow());
        torch.version()
                .hip()
                .ifPresent(hip -> progress.println("Note: this PyTorch is for AMD's ROCm " + hip
                        + ". DJL counts GPUs through CUDA's runtime, so only its CPU part is used."));
        return settings;
    }

    private static void requireLinux(String asked) {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new BadInput(
                    "--torch " + asked
                            + " was requested, but an installed PyTorch works on Linux only. To measure the libtorch on the class path, leave out --torch and MFU_TORCH.");
        }
    }

    /** DJL gives environment variables precedence over system properties. */
    private static void requireNoOtherWord(Map<String, String> environment) {
        for (String variable : TorchSettings.OF_DJL) {
            if (environment.containsKey(variable)) {
                throw new BadInput("The environment has " + variable + "=" + environment.get(variable)
                        + ", which DJL would use instead of --torch. Unset it (./mfu does), or leave --torch and"
                        + " MFU_TORCH out.");
            }
        }
    }
}
