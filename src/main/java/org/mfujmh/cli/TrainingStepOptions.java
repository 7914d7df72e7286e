package org.mfujmh.cli;

import org.mfujmh.BadInput;
import org.mfujmh.schema.TrainingParams;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of a training step, for the commands that do not take {@code -p NAME=VALUE}. */
final class TrainingStepOptions {
    @Spec
    private CommandSpec own;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--optimizer",
            paramLabel = "O",
            completionCandidates = HelpLists.Optimizers.class,
            description = "For train-step: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String optimizer = TrainingParams.DEFAULT_OPTIMIZER;

    @Option(
            names = "--checkpoint",
            paramLabel = "C",
            completionCandidates = HelpLists.Checkpoints.class,
            description = "For train-step: ${COMPLETION-CANDIDATES}; block recomputes a block's activations in the "
                    + "backward pass. Default: ${DEFAULT-VALUE}.")
    private String checkpoint = TrainingParams.DEFAULT_CHECKPOINT;

    @Option(
            names = "--weights",
            paramLabel = "W",
            completionCandidates = HelpLists.WeightKinds.class,
            description =
                    "For train-step: ${COMPLETION-CANDIDATES}; fp32 keeps weights and optimizer state in fp32. Default: ${DEFAULT-VALUE}.")
    private String weights = TrainingParams.DEFAULT_WEIGHTS;

    @Option(
            names = "--accumulation",
            paramLabel = "N",
            description = "For train-step: micro batches per step. Default: ${DEFAULT-VALUE}.")
    private String accumulation = TrainingParams.DEFAULT_ACCUMULATION;

    /**
     * @param remedy what would make use of them
     * @throws BadInput if one was given: the command would ignore it
     */
    void requireNone(String remedy) {
        GivenOption.among(own, command).ifPresent(option -> {
            throw new BadInput(
                    option + " is for a training step, and none was requested. Add " + remedy + ", or leave it out.");
        });
    }

    /** @throws org.mfujmh.BadInput if accumulation is not a whole number of 1 or more */
    TrainingParams params() {
        return TrainingParams.of(optimizer, accumulation, checkpoint, weights, TrainingParams.NO_CLIP);
    }
}
