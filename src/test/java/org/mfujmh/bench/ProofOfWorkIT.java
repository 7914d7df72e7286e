package org.mfujmh.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.engine.HandwrittenGpu;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.SynchronisationCheck;
import org.mfujmh.engine.TinyModels;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Gpt2;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/** A benchmark that does less than it is paid for does not get a figure. */
class ProofOfWorkIT {
    private static LanguageModel gpt;
    private static TokenBatch batch;

    @BeforeAll
    static void build() {
        gpt = LanguageModel.load(
                        new ModelSpec(Models.named("gpt-tiny"), Program.FUSED, Precision.BF16, Gemm.NATIVE, Loss.SUM),
                        "cpu")
                .drawParameters(1);
        batch = gpt.randomBatch(2, 64, 1);
    }

    @AfterAll
    static void close() {
        batch.close();
        gpt.close();
    }

    @Test
    void eachPassAsItIsTimedIsProved() {
        assertThatCode(() -> prove(Pass.FORWARD, LanguageModel::forward, 2, 64)).doesNotThrowAnyException();
        assertThatCode(() -> prove(Pass.FORWARD, LanguageModel::forwardRecordingGraph, 2, 64))
                .doesNotThrowAnyException();
        assertThatCode(() -> prove(Pass.PREFILL, LanguageModel::forwardLast, 2, 64))
                .doesNotThrowAnyException();
        assertThatCode(() -> prove(Pass.FORWARD_BACKWARD, LanguageModel::forwardBackward, 2, 64))
                .doesNotThrowAnyException();
    }

    @Test
    void logitsOfTheLastTokenAreNotThoseOfAllNorTheOtherWayRound() {
        assertThatThrownBy(() -> prove(Pass.FORWARD, LanguageModel::forwardLast, 2, 64))
                .hasMessageContaining("the logits has shape [2, 1, 256], not [2, 64, 256]");
        assertThatThrownBy(() -> prove(Pass.PREFILL, LanguageModel::forward, 2, 64))
                .hasMessageContaining("the logits has shape [2, 64, 256], not [2, 1, 256]");
    }

    static List<Architecture> everyFamily() {
        return TinyModels.all();
    }

    @ParameterizedTest
    @MethodSource("everyFamily")
    void aPrefillOfEveryFamilyIsProved(Architecture config) {
        ModelSpec spec = new ModelSpec(config, Program.FUSED, Precision.BF16, Gemm.NATIVE, Loss.SUM);
        try (LanguageModel model = LanguageModel.load(spec, "cpu").drawParameters(1);
                TokenBatch tokens = model.randomBatch(3, 24, 1)) {
            assertThatCode(() -> prove(model, tokens, Pass.PREFILL, LanguageModel::forwardLast, 3, 24))
                    .doesNotThrowAnyException();
        }
    }

    static Stream<Arguments> everyBackendOfExperts() {
        return TinyModels.all().stream()
                .filter(Architecture::hasExperts)
                .map(config -> new ModelSpec(config, Program.FUSED, Precision.BF16, Gemm.NATIVE, Loss.CROSS_ENTROPY))
                .flatMap(spec ->
                        Backend.candidates(spec.config(), spec.program(), spec.precision(), spec.gemm(), "cpu").stream()
                                .map(backend -> Arguments.of(spec, backend)));
    }

    /** Which expert multiplies how many tokens is not known before; all together are. */
    @ParameterizedTest
    @MethodSource("everyBackendOfExperts")
    void passesThroughExpertsAreProved(ModelSpec spec, Backend backend) {
        try (LanguageModel model = LanguageModel.load(spec, "cpu", backend).drawParameters(1);
                TokenBatch tokens = model.randomBatch(3, 24, 1)) {
            assertThatCode(() -> prove(model, tokens, Pass.FORWARD, LanguageModel::forward, 3, 24))
                    .doesNotThrowAnyException();
            assertThatCode(() -> prove(model, tokens, Pass.FORWARD_BACKWARD, LanguageModel::forwardBackward, 3, 24))
                    .doesNotThrowAnyException();
            assertThatThrownBy(() -> prove(
                            model, tokens, Pass.FORWARD, (gpt, ids) -> gpt.forward(ids) + gpt.forward(ids), 3, 24))
                    .hasMessageContaining("ran where the closed form has");
        }
    }

    /**
     * More than 1024 tokens, of which a forward pass in 16 bits takes some sequences at a time: pieces of layers beside
     * pieces of the head. As wide as a quarter of all tokens, pieces of one product have the shape of another.
     */
    @ParameterizedTest
    @CsvSource({"48, 288", "516, 516"})
    void sequencesTakenSomeAtATimeAreProved(int width, int length) {
        Architecture config = Gpt2.of("edges", 2, width, 3, 5001, length);
        try (LanguageModel model = LanguageModel.load(
                                new ModelSpec(config, Program.FUSED, Precision.BF16, Gemm.NATIVE, Loss.SUM), "cpu")
                        .drawParameters(1);
                TokenBatch tokens = model.randomBatch(4, length, 1)) {
            assertThatCode(() -> prove(model, tokens, Pass.FORWARD, LanguageModel::forward, 4, length))
                    .doesNotThrowAnyException();
            assertThatCode(() -> prove(model, tokens, Pass.PREFILL, LanguageModel::forwardLast, 4, length))
                    .doesNotThrowAnyException();
            assertThatCode(() -> prove(model, tokens, Pass.FORWARD_BACKWARD, LanguageModel::forwardBackward, 4, length))
                    .doesNotThrowAnyException();
            assertThatThrownBy(() -> prove(
                            model, tokens, Pass.FORWARD, (gpt, ids) -> gpt.forward(ids) + gpt.forward(ids), 4, length))
                    .hasMessageContaining("ran where the closed form has");
        }
    }

    /** In what is written out for GPUs, attention is called by name, and one loss pads the vocabulary. */
    @ParameterizedTest
    @EnumSource
    void theProgramForGpusIsProved(Loss loss) {
        Architecture config = Gpt2.of("edges", 2, 48, 3, 5001, 96);
        ModelSpec spec = new ModelSpec(config, Program.FUSED, Precision.BF16, Gemm.NATIVE, loss);
        try (LanguageModel model = HandwrittenGpu.onCpu(spec).drawParameters(1);
                TokenBatch tokens = model.randomBatch(2, 96, 1)) {
            assertThatCode(() -> prove(model, tokens, Pass.FORWARD, LanguageModel::forward, 2, 96))
                    .doesNotThrowAnyException();
            assertThatCode(() -> prove(model, tokens, Pass.PREFILL, LanguageModel::forwardLast, 2, 96))
                    .doesNotThrowAnyException();
            assertThatCode(() -> prove(model, tokens, Pass.FORWARD, LanguageModel::forwardRecordingGraph, 2, 96))
                    .doesNotThrowAnyException();
            assertThatCode(() -> prove(model, tokens, Pass.FORWARD_BACKWARD, LanguageModel::forwardBackward, 2, 96))
                    .doesNotThrowAnyException();
            assertThatThrownBy(() -> prove(
                            model,
                            tokens,
                            Pass.FORWARD_BACKWARD,
                            (gpt, ids) -> gpt.forward(ids) + gpt.forwardBackward(ids),
                            2,
                            96))
                    .hasMessageContaining("ran where the closed form has");
        }
    }

    @Test
    void fewerTokensThanTheParametersSayAreSuspect() {
        assertThatThrownBy(() -> prove(Pass.FORWARD, LanguageModel::forward, 4, 64))
                .hasMessageContaining("the batch holds 128 tokens, not 4 x 64");
    }

    @Test
    void anEmptyCallIsNoPass() {
        assertThatThrownBy(() -> prove(
                        Pass.FORWARD,
                        (model, tokens) -> {
                            model.dropResults();
                            return model.empty(tokens);
                        },
                        2,
                        64))
                .hasMessageContaining("the pass left 0 tensors");
    }

    @Test
    void aForwardPassIsNoForwardAndBackward() {
        assertThatThrownBy(() -> prove(Pass.FORWARD_BACKWARD, LanguageModel::forward, 2, 64))
                .hasMessageContaining("1 gradients for 29 parameters");
    }

    /** Its results are those of a pass that ran before: only the products that ran tell. */
    @Test
    void resultsLeftFromAnEarlierPassDoNotPassForWork() {
        gpt.forward(batch);
        assertThatThrownBy(() -> prove(Pass.FORWARD, LanguageModel::empty, 2, 64))
                .hasMessageContaining("ran where the closed form has");
    }

    @Test
    void aPassThatRunsTwiceIsSuspectToo() {
        assertThatThrownBy(() ->
                        prove(Pass.FORWARD, (model, tokens) -> model.forward(tokens) + model.forward(tokens), 2, 64))
                .hasMessageContaining("ran where the closed form has");
    }

    @Test
    void aPassThatTheDeviceHadNotFinishedIsSuspect() {
        assertThatThrownBy(() -> ProofOfWork.demandSynchronised(
                        new SynchronisationCheck.ReturnTiming(0.002, 0.0001, 0.0181), Pass.FORWARD))
                .hasMessage("Suspect, proof of work failed: forward returned after 2.0 ms, but the GPU worked 18.0 ms"
                        + " longer: the program does not wait for the device.");
        assertThatCode(() -> ProofOfWork.demandSynchronised(
                        new SynchronisationCheck.ReturnTiming(0.020, 0.0001, 0.0002), Pass.FORWARD))
                .doesNotThrowAnyException();
    }

    @Test
    void onACpuNoPassIsRunToSeeWhetherItWaits() {
        assertThatCode(() -> ProofOfWork.ofSynchronisation(
                        state(Pass.FORWARD, (model, tokens) -> {
                            throw new AssertionError("a pass was run");
                        }),
                        gpt,
                        batch))
                .doesNotThrowAnyException();
    }

    /** Its gradients leave fp16's range, with all work done; in another precision such numbers are a fault. */
    @ParameterizedTest
    @EnumSource(Loss.class)
    void onlyTheSumInFp16MayLeaveTheRange(Loss loss) {
        Architecture wide = Gpt2.of("wide", 3, 48, 3, 5001, 296);
        // Weights of 300 in place of 0.02: logits, and with them the other loss's gradients, overflow too.
        try (LanguageModel model = LanguageModel.load(
                        new ModelSpec(wide, Program.FUSED, Precision.FP16, Gemm.UPCAST, loss), "cpu")
                .drawParameters(1)) {
            List<float[]> large = model.parameters();
            for (float[] values : large) {
                for (int i = 0; i < values.length; i++) {
                    values[i] *= 15_000;
                }
            }
            model.setParameters(large);
            try (TokenBatch tokens = model.randomBatch(2, 267, 1)) {
                ThrowingCallable proof =
                        () -> prove(model, tokens, Pass.FORWARD_BACKWARD, LanguageModel::forwardBackward, 2, 267);
                if (loss == Loss.SUM) {
                    assertThatCode(proof).doesNotThrowAnyException();
                    assertThat(model.checksums()).anyMatch(one -> one.notFinite() > 0);
                } else {
                    assertThatThrownBy(proof).hasMessageContaining("numbers that are NaN or infinite");
                }
            }
        }
    }

    private static void prove(Pass pass, BiFunction<LanguageModel, TokenBatch, Float> run, int sequences, int tokens) {
        prove(gpt, batch, pass, run, sequences, tokens);
    }

    static void prove(
            LanguageModel proved,
            TokenBatch batch,
            Pass pass,
            BiFunction<LanguageModel, TokenBatch, Float> run,
            int sequences,
            int tokens) {
        ProofOfWork.of(state(pass, run), proved, batch, sequences, tokens);
    }

    private static PassState state(Pass pass, BiFunction<LanguageModel, TokenBatch, Float> run) {
        return new PassState() {
            @Override
            Pass pass() {
                return pass;
            }

            @Override
            Loss loss() {
                return Loss.SUM;
            }

            @Override
            float run(LanguageModel model, TokenBatch tokens) {
                return run.apply(model, tokens);
            }
        };
    }
}
