package org.mfujmh.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.hub.Models;
import org.mfujmh.notebook.Notebook;
import org.mfujmh.search.MemorySize;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./mfu notebook} runs the three parts of the notebook on this machine. */
@Command(
        name = "notebook",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the \"FLOPS Analysis\" notebook of the book Build a Large Language Model From Scratch (chapter "
                    + "4).",
            "It shows FLOPs at batch 2, the largest batch that fits, and the MFU of forward and "
                    + "backward at that batch. Next to each figure stands the notebook's figure for an A100, as "
                    + "printed and corrected."
        },
        footer = {
            "",
            "Examples:",
            "  gpt-small in 2 GiB, in a few minutes on two cores:",
            "    ./mfu notebook --quick",
            "  gpt-small in all available memory:",
            "    ./mfu notebook --model gpt-small",
            "  All four models: minutes on a GPU, hours on a CPU:",
            "    ./mfu notebook",
            "",
            "Ctrl-C stops it; the figures printed so far are valid."
        })
final class NotebookCommand implements Callable<Integer> {
    private static final long QUICK_LIMIT = 2L << 30;

    @Option(
            names = "--quick",
            description = "gpt-small within 2 GiB, unless --model or --memory-limit is given: for a CPU.")
    private boolean quick;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            split = ",",
            description = "Models to run, separated by commas. Default: the notebook's four; with --quick, gpt-small.")
    private List<String> models = List.of();

    @Option(
            names = "--memory-limit",
            paramLabel = "SIZE",
            description = "Memory limit, such as 8GiB. Default: the available memory; with --quick, 2GiB.")
    private String memoryLimit;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Time after which a probe counts as hung, such as 90s or 10m. Default: ${DEFAULT-VALUE}.")
    private String timeout = "30m";

    @Mixin
    private TorchOption torch;

    @Override
    public Integer call() {
        torch.choose();
        Optional<Long> limit = memoryLimit == null
                ? quick ? Optional.of(QUICK_LIMIT) : Optional.empty()
                : Optional.of(MemorySize.parse("--memory-limit", memoryLimit));
        Duration patience = Durations.parse("--timeout", timeout);
        return new Notebook(configs(), limit, patience, System.out, System.err).run();
    }

    private List<Architecture> configs() {
        if (models.isEmpty()) {
            return quick ? List.of(Models.named("gpt-small")) : Models.notebook();
        }
        return models.stream().map(ModelOptions::named).toList();
    }
}
