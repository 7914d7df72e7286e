package org.mfujmh.cli;

import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.notebook.Ladder;
import org.mfujmh.schema.PassParams;
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
            "  As the book has it, on a GPU, in some minutes:",
            "    ./mfu ladder --batch 8 --largest 32",
            "",
            "Ctrl-C stops it; the table so far has been printed, and the result file of each",
            "rung is under results/."
        })
final class LadderCommand implements Callable<Integer> {
    private static final int TOKENS = 1024;
    private static final int QUICK_TOKENS = 128;
    private static final String QUICK_LARGEST = "4";
    private static final int FORKS = 5;
    private static final int QUICK_FORKS = 3;

    @Option(
            names = "--quick",
            description = "128 tokens instead of 1024, 3 forks instead of 5, and batch 4 instead of the largest.")
    private boolean quick;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Sequences of every rung but the last: the book has 8." + " Default: ${DEFAULT-VALUE}.")
    private int batch = 1;

    @Option(
            names = "--largest",
            paramLabel = "N",
            description = "Sequences of the last rung, or max, which searches for what fits: the book has 32. Default:"
                    + " max; with --quick, 4.")
    private String largest;

    @Option(names = "--forks", paramLabel = "N", description = "Forks of each rung. Default: 5; with --quick, 3.")
    private Integer forks;

    @Mixin
    private TorchOption torch;

    @Override
    public Integer call() {
        torch.choose();
        require("--batch", batch);
        int samples = forks == null ? (quick ? QUICK_FORKS : FORKS) : require("--forks", forks);
        String last = largest == null ? (quick ? QUICK_LARGEST : PassParams.MAX_BATCH) : largest;
        return new Ladder(quick ? QUICK_TOKENS : TOKENS, batch, last, samples, System.out, System.err).run();
    }

    private static int require(String option, int number) {
        if (number < 1) {
            throw new BadInput(option + " " + number + " is not possible. Give 1 or more.");
        }
        return number;
    }
}
