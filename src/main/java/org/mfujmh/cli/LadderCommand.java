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
            "Measures the speed-up of each step of the book's training-speed ladder on this machine.",
            "The ladder (chapter 5, bonus 10 of Build a Large Language Model From Scratch) goes from plain fp32 to bf16, "
                    + "fused operators and the largest batch. Each rung is a whole training step of gpt-small, measured "
                    + "over several forks, next to the book's figure for an A100."
        },
        footer = {
            "",
            "Examples:",
            "  Short sequences, a few minutes on two cores:",
            "    ./mfu ladder --quick",
            "  The book's settings, a few minutes on a GPU:",
            "    ./mfu ladder --batch 8 --largest 32",
            "",
            "Ctrl-C stops it; the table printed so far is valid, and the result file of each",
            "finished rung is under results/."
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
            description = "Batch size of every rung but the last (8 in the book). Default: ${DEFAULT-VALUE}.")
    private int batch = 1;

    @Option(
            names = "--largest",
            paramLabel = "N",
            description =
                    "Batch size of the last rung (32 in the book), or max for the largest that fits. Default: max; with "
                            + "--quick, 4.")
    private String largest;

    @Option(names = "--forks", paramLabel = "N", description = "Forks per rung. Default: 5; with --quick, 3.")
    private Integer forks;

    @Mixin
    private TorchOption torch;

    @Override
    public Integer call() {
        torch.choose();
        require("--batch", batch);
        int samples = forks == null ? (quick ? QUICK_FORKS : FORKS) : require("--forks", forks);
        String last = largest == null ? (quick ? QUICK_LARGEST : PassParams.MAX_BATCH) : requireBatch(largest);
        return new Ladder(quick ? QUICK_TOKENS : TOKENS, batch, last, samples, System.out, System.err).run();
    }

    private static String requireBatch(String text) {
        if (text.equals(PassParams.MAX_BATCH) || text.matches("0*[1-9][0-9]{0,8}")) {
            return text;
        }
        throw new BadInput("--largest " + text + " is not possible. Give a number of sequences, 1 or more, or "
                + PassParams.MAX_BATCH + ".");
    }

    private static int require(String option, int number) {
        if (number < 1) {
            throw new BadInput(option + " " + number + " is not possible. Give 1 or more.");
        }
        return number;
    }
}
