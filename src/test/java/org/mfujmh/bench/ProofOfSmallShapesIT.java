package org.mfujmh.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.OptimizerCheck;
import org.mfujmh.engine.TinyModels;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Checkpoint;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Optimizer;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.TrainedWeights;
import org.mfujmh.model.TrainingStep;
import org.mfujmh.model.hub.Models;

/** Work whose sizes are 1, or the same: it is proved like any other. */
class ProofOfSmallShapesIT {

    /**
     * The head is computed in pieces, of the widest layer's outputs, and with as many tokens as a head is wide the last
     * is no wider than one: with one key head attention's products are single matrices, too.
     */
    static Stream<Arguments> everyProgramWithOneKeyHead() {
        Architecture oneKeyHead = Models.ofJson("one-key-head", """
                {"model_type": "gemma3_text", "vocab_size": 401, "hidden_size": 64, "intermediate_size": 144,
                 "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 32,
                 "max_position_embeddings": 256, "sliding_window": 16, "sliding_window_pattern": 3}
                """);
        Architecture oneHead = Models.ofJson("one-head", """
                {"model_type": "gpt2", "vocab_size": 101, "n_embd": 10, "n_layer": 1, "n_head": 1, "n_inner": 96,
                 "n_positions": 256}
                """);
        return Stream.of(Precision.BF16, Precision.FP32)
                .flatMap(precision -> Stream.of(Backend.HANDWRITTEN, Backend.FLASH, Backend.AUTOGRAD)
                        .flatMap(backend -> Stream.of(
                                Arguments.of(oneKeyHead, precision, backend, 1, 32),
                                Arguments.of(oneKeyHead, precision, backend, 2, 16),
                                Arguments.of(oneHead, precision, backend, 1, 17))));
    }

    @ParameterizedTest
    @MethodSource
    void everyProgramWithOneKeyHead(
            Architecture config, Precision precision, Backend backend, int sequences, int length) {
        ModelSpec spec = new ModelSpec(config, Program.FUSED, precision, Gemm.NATIVE, Loss.CROSS_ENTROPY);
        try (LanguageModel model = LanguageModel.load(spec, "cpu", backend).drawParameters(1);
                TokenBatch tokens = model.randomBatch(sequences, length, 1)) {
            assertThatCode(() ->
                            ProofOfWorkIT.prove(model, tokens, Pass.FORWARD, LanguageModel::forward, sequences, length))
                    .doesNotThrowAnyException();
            assertThatCode(() -> ProofOfWorkIT.prove(
                            model, tokens, Pass.FORWARD_BACKWARD, LanguageModel::forwardBackward, sequences, length))
                    .doesNotThrowAnyException();
            assertThatThrownBy(() -> ProofOfWorkIT.prove(
                            model,
                            tokens,
                            Pass.FORWARD,
                            (gpt, ids) -> gpt.forward(ids) + gpt.forward(ids),
                            sequences,
                            length))
                    .hasMessageContaining("ran where the closed form has");
        }
    }

    /** Gradients that mathematics makes zero. */
    static Stream<Arguments> everyModelWithZeroGradients() {
        Architecture window = Models.ofJson("window-1", """
                {"model_type": "qwen3", "hidden_size": 32, "intermediate_size": 40, "num_hidden_layers": 2, "head_dim": 8,
                 "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 48, "max_position_embeddings": 64,
                 "use_sliding_window": true, "sliding_window": 1, "max_window_layers": 0}
                """);
        Architecture expert = Models.ofJson("one-expert", """
                {"model_type": "mixtral", "hidden_size": 32, "intermediate_size": 24, "num_hidden_layers": 2,
                 "num_attention_heads": 4, "num_key_value_heads": 4, "vocab_size": 80, "num_local_experts": 4,
                 "num_experts_per_tok": 1, "max_position_embeddings": 64, "sliding_window": null}
                """);
        return Stream.concat(
                TinyModels.all().stream()
                        // As wide as its vocabulary, an expert's product with both tokens looks like the head's.
                        .map(model -> model.hasExperts() ? model.cut(model.layers(), 47) : model)
                        .flatMap(model -> everyBackend(model, 1)),
                Stream.of(window, expert, oneWord()).flatMap(model -> everyBackend(model, 20)));
    }

    private static Stream<Arguments> everyBackend(Architecture model, int length) {
        ModelSpec spec = new ModelSpec(model, Program.FUSED, Precision.FP32, Gemm.NATIVE, Loss.CROSS_ENTROPY);
        return Backend.candidates(model, spec.program(), spec.precision(), spec.gemm(), "cpu").stream()
                .map(backend -> Arguments.of(spec, backend, length));
    }

    @ParameterizedTest
    @MethodSource
    void everyModelWithZeroGradients(ModelSpec spec, Backend backend, int length) {
        try (LanguageModel model = LanguageModel.load(spec, "cpu", backend).drawParameters(1);
                TokenBatch tokens = model.randomBatch(2, length, 1)) {
            assertThatCode(() -> ProofOfWorkIT.prove(
                            model, tokens, Pass.FORWARD_BACKWARD, LanguageModel::forwardBackward, 2, length))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void theNotebooksQueriesAndKeysOfOneTokenHaveZeroGradients() {
        ModelSpec spec = new ModelSpec(
                Models.named("gpt-tiny"), Program.NOTEBOOK, Precision.FP32, Gemm.NATIVE, Loss.CROSS_ENTROPY);
        try (LanguageModel model = LanguageModel.load(spec, "cpu").drawParameters(1);
                TokenBatch tokens = model.randomBatch(2, 1, 1)) {
            assertThatCode(() -> ProofOfWorkIT.prove(
                            model, tokens, Pass.FORWARD_BACKWARD, LanguageModel::forwardBackward, 2, 1))
                    .doesNotThrowAnyException();
        }
    }

    /** The mean of gradients that are all zero is as long as what it is clipped to. */
    @Test
    void aTrainingStepWithoutALossIsProved() {
        ModelSpec spec = new ModelSpec(oneWord(), Program.FUSED, Precision.FP32, Gemm.NATIVE, Loss.CROSS_ENTROPY);
        TrainingStep step =
                new TrainingStep(Optimizer.ADAMW, 2, Checkpoint.NONE, TrainedWeights.SAME, OptionalDouble.of(1));
        try (LanguageModel model = LanguageModel.load(spec, "cpu").drawParameters(1);
                TokenBatch tokens = model.randomBatch(4, 20, 1)) {
            List<TokenBatch> micros = model.microBatches(tokens, 2);
            assertThat(OptimizerCheck.fault(model, tokens, micros, step)).isEmpty();
            micros.forEach(TokenBatch::close);
        }
    }

    private static Architecture oneWord() {
        return Models.ofJson("one-word", """
                {"model_type": "llama", "hidden_size": 32, "intermediate_size": 40, "num_hidden_layers": 2,
                 "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 1, "max_position_embeddings": 64}
                """);
    }
}
