package org.mfujmh.engine.roofline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.mfujmh.bytes.ByteTerm;
import org.mfujmh.bytes.DecodeBytes;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.TinyModels;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/** What the bandwidth roofline reads is what a step's audit names. */
class BandwidthRooflineTest {

    /** All experts lie there to be read; of the audit, those of a batch that leaves none out. */
    @Test
    void itReadsTheMatricesOfTheAuditAndNoEmbedding() {
        for (Architecture model : TinyModels.all()) {
            double audited = new DecodeBytes(model, 1000, 5, Precision.BF16)
                    .terms().stream()
                            .filter(term -> term.kind() == ByteTerm.Moved.MATRIX)
                            .mapToDouble(ByteTerm::most)
                            .sum();
            try (LanguageModel loaded = model(model, Precision.BF16)) {
                assertThat(BandwidthRoofline.matrixBytes(loaded))
                        .as(model.name())
                        .isEqualTo(2 * audited);
            }
        }
    }

    @Test
    void itMeasuresInEveryPrecision() {
        for (Precision precision : Precision.values()) {
            try (LanguageModel loaded = model(Models.named("gpt-tiny"), precision)) {
                BandwidthRoofline.Bandwidth read = new BandwidthRoofline(loaded, 1 << 26).measure(Duration.ZERO);
                assertThat(read.bytesPerSecond()).isPositive();
                assertThat(read.bestBytesPerSecond()).isGreaterThanOrEqualTo(read.bytesPerSecond());
            }
        }
    }

    private static LanguageModel model(Architecture model, Precision precision) {
        return LanguageModel.loadDecoder(new ModelSpec(model, Program.FUSED, precision, Gemm.NATIVE, Loss.SUM), "cpu")
                .drawParameters(1);
    }
}
