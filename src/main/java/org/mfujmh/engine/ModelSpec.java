package org.mfujmh.engine;

import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;

/**
 * Everything that specifies one model of {@code gpt.py}.
 *
 * @param config its shape
 * @param program how it is written
 * @param precision the precision of weights and activations
 * @param gemm how it multiplies: {@code NATIVE} or {@code UPCAST}
 * @param loss what forward + backward starts from
 */
public record ModelSpec(Architecture config, Program program, Precision precision, Gemm gemm, Loss loss) {
    public ModelSpec {
        if (gemm == Gemm.AUTO) {
            throw new IllegalArgumentException(
                    "gemm=auto is measured first (GemmChoice) and replaced by what was faster");
        }
    }
}
