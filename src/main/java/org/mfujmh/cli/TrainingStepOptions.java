package org.mfujmh.cli;

import org.mfujmh.schema.TrainingParams;
import picocli.CommandLine.Option;

/** The options of a training step, for the commands that do not take {@code -p NAME=VALUE}. */
final class TrainingStepOptions {
    @Option(
            names = "--optimizer",
            paramLabel = "O",
            description = "Of train-step: adamw, adamw-unfused, sgd or none. Default: ${DEFAULT-VALUE}.")
    private String optimizer = TrainingParams.DEFAULT_OPTIMIZER;

    @Option(
            names = "--checkpoint",
            paramLabel = "C",
            description = "Of train-step: none, or block, which computes a block's activations again in the backward"
                    + " pass. Default: ${DEFAULT-VALUE}.")
    private String checkpoint = TrainingParams.DEFAULT_CHECKPOINT;

    @Option(
            names = "--weights",
            paramLabel = "W",
            description = "Of train-step: same, or fp32 for fp32 weights and optimizer state. Default:"
                    + " ${DEFAULT-VALUE}.")
    private String weights = TrainingParams.DEFAULT_WEIGHTS;

    @Option(
            names = "--accumulation",
            paramLabel = "N",
            description = "Of train-step: micro batches of a step. Default: ${DEFAULT-VALUE}.")
    private String accumulation = TrainingParams.DEFAULT_ACCUMULATION;

    /** @throws org.mfujmh.BadInput if accumulation is not a whole number of 1 or more */
    TrainingParams params() {
        return TrainingParams.of(optimizer, accumulation, checkpoint, weights, TrainingParams.NO_CLIP);
    }
}
