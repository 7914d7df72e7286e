package org.mfujmh.cli;

import java.util.concurrent.Callable;
import org.mfujmh.notebook.Ladder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./mfu ladder} measures the book's ladder of training speed on this machine. */
@Command(
        name = "ladder",
        mixinStandardHelpOptions = true,
        description = {
            "Measures how much each step of the book's ladder of training speed gains on this machine.",
            "The ladder (chapter 5, bonus 10 of Build a Large Language Model From Scratch) goes from plain fp32 to bf16, "
                    + "fused operators and the largest batch. Each rung is a whole training step of gpt-small, measured "
                    + "over several forks, next to the book's figure for an A100."
        },
        footer = {
            "",
            "Examples:",
            "  Short sequences, in some minutes on two cores:",
            "    ./mfu ladder --quick",
            "  As the book has it, 1024 tokens: minutes on a GPU, an hour on a CPU:",
            "    ./mfu ladder",
            "",
            "Ctrl-C stops it; the table so far has been printed, and the result file of each",
            "rung is under results/."
        })
final class LadderCommand implements Callable<Integer> {
    @Option(
            names = "--quick",
            description = "128 tokens instead of 1024, 3 forks instead of 5, and batch 4 instead of the largest.")
    private boolean quick;

    @Mixin
    private TorchOption torch;

    @Override
    public Integer call() {
        torch.choose();
        return new Ladder(quick, System.out, System.err).run();
    }
}
