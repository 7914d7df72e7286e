package org.mfujmh.cli;

import org.mfujmh.BadInput;
import org.mfujmh.engine.installed.TorchInUse;
import picocli.CommandLine.Option;

/** {@code --torch}, of every command that loads libtorch. */
final class TorchOption {
    @Option(
            names = "--torch",
            paramLabel = "PATH",
            description =
                    "Runs on the PyTorch that is installed there, in place of the libtorch that comes along: a folder"
                            + " torch, a site-packages, a virtual environment, a Python; auto finds it. MFU_TORCH says the same.")
    private String path;

    /** Chooses it for this process, before anything loads libtorch. */
    void choose() {
        if (path != null) {
            requireGiven(path);
            TorchInUse.ask(path);
        }
    }

    /** A variable that is not set, as in {@code --torch "$VENV"}, must not measure the bundled libtorch. */
    static void requireGiven(String path) {
        if (path.isBlank()) {
            throw new BadInput("--torch names nothing. Give a path, auto (the environment's PyTorch) or bundled (the"
                    + " libtorch that comes along).");
        }
    }

    /** The same, for a command that loads libtorch itself. */
    void prepare() {
        choose();
        TorchInUse.prepare(System.err);
    }
}
