package org.mfujmh.bench;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.engine.AsOnGpu;
import org.mfujmh.engine.DecodeSession;
import org.mfujmh.engine.FaultyDecode;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.TinyModels;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.RowProduct;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.RunProperty;

/** A decoding step that does less than it is paid for does not get a figure. */
class ProofOfDecodingIT {
    private static final int TOKENS = 13;

    static Stream<Architecture> everyFamily() {
        return Stream.concat(Stream.of(Models.named("gpt-tiny")), TinyModels.all().stream());
    }

    @ParameterizedTest
    @MethodSource("everyFamily")
    void aStepOfEveryFamilyIsProved(Architecture model) {
        for (Precision precision : Precision.values()) {
            Gemm gemm = precision == Precision.FP16 ? Gemm.UPCAST : Gemm.NATIVE;
            ModelSpec spec = spec(model, precision, gemm);
            try (LanguageModel loaded = LanguageModel.loadDecoder(spec, "cpu")) {
                for (int sequences : new int[] {1, 7}) {
                    assertThatCode(() -> prove(loaded, sequences))
                            .as(spec + " x " + sequences)
                            .doesNotThrowAnyException();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyFamily")
    void aStepInEmbeddingBagsIsProved(Architecture model) {
        try (LanguageModel loaded = LanguageModel.loadDecoder(spec(model, Precision.BF16, Gemm.NATIVE), "cpu")) {
            System.setProperty(RunProperty.ROW_PRODUCT.key(), RowProduct.BAGS_AND_VECTOR.label());
            assertThatCode(() -> prove(loaded, 1)).doesNotThrowAnyException();
            System.setProperty(RunProperty.ROW_PRODUCT.key(), RowProduct.BAGS_AND_INNER_PRODUCT.label());
            assertThatCode(() -> prove(loaded, 7)).doesNotThrowAnyException();
        } finally {
            System.clearProperty(RunProperty.ROW_PRODUCT.key());
        }
    }

    /** Experts, norms and attention go other ways on a GPU; a libtorch for CPUs runs them, too. */
    @ParameterizedTest
    @MethodSource("everyFamily")
    void aStepAsOnAGpuIsProved(Architecture model) {
        for (Precision precision : new Precision[] {Precision.BF16, Precision.FP32}) {
            try (LanguageModel loaded = AsOnGpu.load(spec(model, precision, Gemm.NATIVE))) {
                for (int sequences : new int[] {1, 7}) {
                    assertThatCode(() -> prove(loaded, sequences))
                            .as(precision + " x " + sequences)
                            .doesNotThrowAnyException();
                }
            }
        }
    }

    /** Drawn as a measured model's, weights are small, and so is what a fault in one layer changes. */
    @ParameterizedTest
    @EnumSource
    void aFaultIsCaught(FaultyDecode fault) {
        Architecture model = TinyModels.all().stream()
                .filter(one -> one.name().equals(fault.model()))
                .findFirst()
                .orElseThrow();
        for (Precision precision : new Precision[] {Precision.BF16, Precision.FP32}) {
            ModelSpec spec = spec(model, precision, Gemm.NATIVE);
            fault.way().ifPresent(way -> System.setProperty(RunProperty.ROW_PRODUCT.key(), way.label()));
            try (LanguageModel faulty = fault.load(spec)) {
                assertThatThrownBy(() -> prove(faulty, 2))
                        .as(fault + " in " + precision)
                        .hasMessageContaining("Suspect, proof of work failed");
            } finally {
                System.clearProperty(RunProperty.ROW_PRODUCT.key());
            }
        }
    }

    private static ModelSpec spec(Architecture model, Precision precision, Gemm gemm) {
        return new ModelSpec(model, Program.FUSED, precision, gemm, Loss.SUM);
    }

    private static void prove(LanguageModel model, int sequences) {
        model.drawParameters(LanguageModel.WEIGHTS_SEED);
        try (DecodeSession session = DecodeSession.random(model, sequences, TOKENS, 1)) {
            ProofOfDecoding.of(model, session);
        }
    }
}
