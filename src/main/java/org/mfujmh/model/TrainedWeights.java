package org.mfujmh.model;

import java.util.Locale;
import org.mfujmh.BadInput;
import org.mfujmh.schema.TrainingParams;

/** In what the optimizer keeps weights and its state. */
public enum TrainedWeights implements Choice {
    /** In the precision of the products: a 16-bit weight may lose an update smaller than its last digit. */
    SAME,
    /** In fp32, the master weights; the products read copies in their own precision. */
    FP32;

    /** @throws BadInput if no such name exists */
    public static TrainedWeights of(String label) {
        return Choice.of(TrainingParams.WEIGHTS, values(), label);
    }

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
