package org.mfujmh.model;

import java.util.Locale;
import org.mfujmh.BadInput;
import org.mfujmh.schema.TrainingParams;

/** What updates the weights at the end of a training step. */
public enum Optimizer implements Choice {
    /** AdamW (Loshchilov and Hutter, arXiv 1711.05101), libtorch's fused kernel: two numbers of state per parameter. */
    ADAMW(2),
    /** The same with separate operations for each parameter, as {@code torch.optim.AdamW} without fused or foreach. */
    ADAMW_UNFUSED(2),
    /** Stochastic gradient descent without momentum: no state. */
    SGD(0),
    /** None: the step ends with the gradients. */
    NONE(0);

    private final int numbersPerParameter;

    Optimizer(int numbersPerParameter) {
        this.numbersPerParameter = numbersPerParameter;
    }

    /** @throws BadInput if no such name exists */
    public static Optimizer of(String label) {
        return Choice.of(TrainingParams.OPTIMIZER, values(), label);
    }

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it is AdamW, fused or not. */
    public boolean isAdamw() {
        return this == ADAMW || this == ADAMW_UNFUSED;
    }

    /** How many numbers of state each parameter has. */
    public int numbersPerParameter() {
        return numbersPerParameter;
    }
}
