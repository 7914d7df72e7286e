package org.mfujmh.bench;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
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
}
