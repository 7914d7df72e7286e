package org.mfujmh.cli;

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
            TorchInUse.ask(path);
        }
    }

    /** The same, for a command that loads libtorch itself. */
    void prepare() {
        choose();
        TorchInUse.prepare(System.err);
    }
}
