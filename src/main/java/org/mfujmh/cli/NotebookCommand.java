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

/** {@code ./mfu notebook}: the three parts of the notebook, on this machine. */
@Command(
        name = "notebook",
        mixinStandardHelpOptions = true,
        description = {
            "\"FLOPS Analysis\", the notebook of chapter 4 of Build a Large Language Model From Scratch,",
            "on this machine: FLOPs at batch 2; the largest batch; MFU of forward and backward at it.",
            "Beside each figure is what the notebook printed on an A100, its faults corrected."
        },
        footer = {
            "",
            "Examples:",
            "  ./mfu notebook --quick           gpt-small in 2 GiB: some minutes on two cores",
            "  ./mfu notebook --model gpt-small all memory there is",
            "  ./mfu notebook                   all four models: minutes on a GPU, hours on a CPU",
            "",
            "Ctrl-C ends it; what was printed until then stands."
        })
final class NotebookCommand implements Callable<Integer> {
    private static final long QUICK_LIMIT = 2L << 30;

    @Option(
            names = "--quick",
            description = "gpt-small within 2 GiB, unless --model or --memory-limit say otherwise: for a CPU.")
    private boolean quick;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            split = ",",
            description = "Which models; several by commas. Default: the notebook's four, with --quick gpt-small.")
    private List<String> models = List.of();

    @Option(
            names = "--memory-limit",
            paramLabel = "SIZE",
            description = "What a batch has to fit into, e.g. 8GiB. Default: what is available, with --quick 2GiB.")
    private String memoryLimit;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "After which a probe counts as hanging, e.g. 90s, 10m. Default: ${DEFAULT-VALUE}.")
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
