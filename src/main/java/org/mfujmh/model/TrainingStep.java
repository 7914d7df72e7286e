package org.mfujmh.model;

import java.util.OptionalDouble;
import org.mfujmh.BadInput;
import org.mfujmh.schema.TrainingParams;

/**
 * How a training step is done besides its forward and backward pass. The optimizer's numbers are nanoGPT's
 * (karpathy/nanoGPT, train.py and model.py): matrices and embeddings decay, biases and the scales of norms do not.
 *
 * @param accumulation micro batches of a step, 1 or more: their gradients are averaged
 * @param clip the norm that all gradients together are brought down to where it is larger; empty for no bound
 */
public record TrainingStep(
        Optimizer optimizer, int accumulation, Checkpoint checkpoint, TrainedWeights weights, OptionalDouble clip) {

    /** The learning rate of AdamW. */
    public static final double RATE = 6e-4;

    public static final double BETA1 = 0.9;
    public static final double BETA2 = 0.95;
    /** Keeps AdamW from dividing by zero. */
    public static final double EPSILON = 1e-8;
    /** Weight decay of matrices and embeddings: the share of a weight that a step takes, over the learning rate. */
    public static final double DECAY = 0.1;

    /** AdamW, one micro batch, nothing computed again, weights in the precision of the products, no clipping. */
    public static final TrainingStep DEFAULT =
            new TrainingStep(Optimizer.ADAMW, 1, Checkpoint.NONE, TrainedWeights.SAME, OptionalDouble.empty());

    /** A step in whatever precision. @throws BadInput if a name is unknown */
    public static TrainingStep of(TrainingParams params) {
        return new TrainingStep(
                Optimizer.of(params.optimizer()),
                params.accumulation(),
                Checkpoint.of(params.checkpoint()),
                TrainedWeights.of(params.weights()),
                params.clip());
    }

    /** @throws BadInput if a name is unknown, the optimizer cannot work in that precision, or a value has no effect */
    public static TrainingStep of(TrainingParams params, Precision precision) {
        TrainingStep step = of(params);
        if (precision == Precision.FP16 && step.optimizer.isAdamw() && step.weights == TrainedWeights.SAME) {
            throw new BadInput("AdamW cannot keep its state in fp16: the squares of small gradients become zero there, "
                    + "and the update divides by their root. Add -p " + TrainingParams.WEIGHTS + "="
                    + TrainedWeights.FP32.label() + ", or choose -p dtype=" + Precision.BF16.label() + ".");
        }
        if (step.optimizer == Optimizer.NONE && (step.clip.isPresent() || step.weights == TrainedWeights.FP32)) {
            throw new BadInput(
                    "-p " + TrainingParams.OPTIMIZER + "=" + Optimizer.NONE.label() + " updates no weights, so "
                            + (step.clip.isPresent() ? TrainingParams.CLIP : TrainingParams.WEIGHTS)
                            + " would have no effect. Leave it out, or choose an optimizer.");
        }
        if (precision == Precision.FP32 && step.weights == TrainedWeights.FP32) {
            throw new BadInput("With dtype=" + Precision.FP32.label() + " the weights are fp32 anyway: leave out -p "
                    + TrainingParams.WEIGHTS + "=" + TrainedWeights.FP32.label() + ", or choose -p dtype="
                    + Precision.BF16.label() + ".");
        }
        return step;
    }

    /** What differs from the defaults, e.g. {@code adamw, fp32 weights, checkpoint block, 4 micro batches}. */
    public String inWords() {
        return String.join(", ", TrainingParams.words(params().values()))
                + (accumulation == 1 ? "" : ", " + accumulation + " micro batches");
    }

    /** The parameters that ask for this step. */
    public TrainingParams params() {
        return new TrainingParams(optimizer.label(), accumulation, checkpoint.label(), weights.label(), clip);
    }

    /** Whether the optimizer has fp32 weights in addition to those that the products read. */
    public boolean hasMasterWeights(Precision precision) {
        return weights == TrainedWeights.FP32 && precision != Precision.FP32 && optimizer != Optimizer.NONE;
    }
}
