package org.mfujmh.cli;

import java.util.List;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import picocli.CommandLine.ParseResult;

/** What {@code ./mfu flops} is asked, and the options that would change nothing of the answer. */
enum FlopsQuestion {
    /** The table that the suite counts with. */
    SUITE_TABLE(
            "--per-token-csv only prints the suite's table, which has every shipped model",
            "--model --config --layers --width --heads --vocab --context --batch --seq --convention --terms --logits --bytes"
                    + " --format --tokens --devices --device --peak-tflops --dtype --mfu"),
    /** FLOPs of the rows of result files. */
    RESULT_FILES(
            "Each row of a result file says itself what it ran",
            "--model --config --layers --width --heads --vocab --context --batch --seq --terms --logits --bytes --tokens"
                    + " --devices --device --peak-tflops --dtype --mfu"),
    /** Bytes of a decoding step. */
    BYTES(
            "--bytes lists the bytes of one decoding step, and no FLOPs",
            "--convention --terms --logits --tokens --devices --device --peak-tflops --mfu"),
    /** The cost of a training run. */
    TRAINING_RUN("--tokens counts a whole training run, whatever its batch", "--batch --terms --logits"),
    /** FLOPs of a pass, as sums or product by product. */
    PASS("A pass has the same FLOPs in every precision (--dtype is for --tokens and --bytes)", "--dtype");

    private final String scope;
    /** Names of options, separated by blanks. */
    private final String unused;

    FlopsQuestion(String scope, String unused) {
        this.scope = scope;
        this.unused = unused;
    }

    /** @throws BadInput if an option was given that the answer does not depend on */
    void refuseUnused(ParseResult given) {
        List<String> idle =
                Stream.of(unused.split(" ")).filter(given::hasMatchedOption).toList();
        if (!idle.isEmpty()) {
            throw new BadInput(scope + ": leave out " + String.join(", ", idle) + ".");
        }
    }
}
