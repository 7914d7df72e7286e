package org.mfujmh.cli;

import java.util.List;
import java.util.Optional;
import org.mfujmh.BadInput;
import org.mfujmh.engine.installed.TorchInUse;
import picocli.CommandLine.Option;

/** {@code --torch} of {@code bench}, which takes it twice to compare two. */
final class TorchesOption {
    @Option(
            names = "--torch",
            paramLabel = "PATH",
            description = {
                TorchOption.DESCRIPTION,
                "Given twice: interleave the forks of both and compare the second with the first. bundled names the included "
                        + "libtorch."
            })
    private List<String> paths = List.of();

    /** Two PyTorches that are to be compared, the baseline first. */
    record Pair(String first, String second) {}

    /**
     * Chooses the PyTorch of this process, before anything loads libtorch.
     *
     * @return empty if one is measured by itself
     * @throws BadInput if there are more than two
     */
    Optional<Pair> choose() {
        paths.forEach(TorchOption::requireGiven);
        if (paths.size() > 2) {
            throw new BadInput("--torch was given " + paths.size() + " times. Once, it names the PyTorch to measure;"
                    + " twice, two to compare. Compare more in pairs, or by the files of single runs (./mfu compare).");
        }
        if (paths.size() == 2) {
            return Optional.of(new Pair(paths.get(0), paths.get(1)));
        }
        paths.forEach(TorchInUse::ask);
        return Optional.empty();
    }
}
