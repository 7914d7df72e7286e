package org.mfujmh.cli;

import org.mfujmh.BadInput;
import org.mfujmh.engine.installed.TorchInUse;
import picocli.CommandLine.Option;

/** {@code --torch}, for every command that loads libtorch. */
final class TorchOption {
    static final String DESCRIPTION =
            "Use an installed PyTorch instead of the bundled libtorch. PATH is a torch folder, a "
                    + "site-packages folder, a virtual environment or a Python executable; auto searches for one. MFU_TORCH sets "
                    + "the same.";

    @Option(names = "--torch", paramLabel = "PATH", description = DESCRIPTION)
    private String path;

    /** Selects the PyTorch for this process, before anything loads libtorch. */
    void choose() {
        if (path != null) {
            requireGiven(path);
            TorchInUse.ask(path);
        }
    }

    /** A variable that is not set, as in {@code --torch "$VENV"}, must not measure the bundled libtorch. */
    static void requireGiven(String path) {
        if (path.isBlank()) {
            throw new BadInput(
                    "--torch is empty. Give a path, auto (the environment's PyTorch) or bundled (the included"
                            + " libtorch).");
        }
    }

    /** The same, for a command that loads libtorch itself. */
    void prepare() {
        choose();
        TorchInUse.prepare(System.err);
    }
}
