package org.mfujmh.model;

import java.util.Locale;
import org.mfujmh.BadInput;
import org.mfujmh.schema.TrainingParams;

/** What changes the weights at the end of a training step. */
public enum Optimizer implements Choice {
    /** AdamW (Loshchilov and Hutter, arXiv 1711.05101), libtorch's fused form: two numbers of state a parameter. */
    ADAMW(2),
    /** The same, each parameter by operations of its own, as {@code torch.optim.AdamW} without fused or foreach. */
    ADAMW_UNFUSED(2),
    /** Stochastic gradient descent without momentum: no state. */
    SGD(0),
    /** None: the step ends with the gradients. */
    NONE(0);

    private final int numbersPerParameter;

    Optimizer(int numbersPerParameter) {
        this.numbersPerParameter = numbersPerParameter;
    }

    /** @throws BadInput where there is none of that name */
    public static Optimizer of(String label) {
        return Choice.of(TrainingParams.OPTIMIZER, values(), label);
    }

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it is AdamW, in whatever form. */
    public boolean isAdamw() {
        return this == ADAMW || this == ADAMW_UNFUSED;
    }

    /** How many numbers of state each parameter has. */
    public int numbersPerParameter() {
        return numbersPerParameter;
    }
}
