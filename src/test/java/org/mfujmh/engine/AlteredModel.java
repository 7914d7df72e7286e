package org.mfujmh.engine;

import java.util.List;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Block;

/** A model of the tests with a part replaced. */
final class AlteredModel {
    private AlteredModel() {}

    /** The same model with other blocks and another cap on its logits; 0: none. */
    static Architecture of(Architecture model, List<Block> blocks, double logitSoftcap) {
        return new Architecture(
                model.name(),
                model.family(),
                model.vocabulary(),
                model.context(),
                model.width(),
                model.learnedPositions(),
                model.embeddingScale(),
                blocks,
                model.finalNorm(),
                model.tiedHead(),
                logitSoftcap);
    }
}
