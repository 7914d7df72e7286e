package org.mfujmh.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.mfujmh.model.hub.Models;

/** By hand: which softmax has one number. */
class ZeroGradientsTest {

    @Test
    void ofOneTokenQueriesAndKeysHaveNone() {
        Architecture qwen3 = Models.named("qwen3-0.6b").cut(1, 9);
        assertThat(zero(qwen3, Program.FUSED, 1))
                .containsExactlyInAnyOrder("blocks.0.attention.query_norm.scale", "blocks.0.attention.key_norm.scale");
        assertThat(zero(qwen3, Program.FUSED, 2)).isEmpty();
        Architecture gpt = Models.named("gpt-tiny").cut(1, 9);
        assertThat(zero(gpt, Program.NOTEBOOK, 1))
                .containsExactlyInAnyOrder(
                        "blocks.0.attention.query.weight",
                        "blocks.0.attention.query.bias",
                        "blocks.0.attention.key.weight",
                        "blocks.0.attention.key.bias");
        assertThat(zero(gpt, Program.NOTEBOOK, 2)).containsExactly("blocks.0.attention.key.bias");
        assertThat(zero(gpt, Program.FUSED, 1)).isEmpty();
    }

    @Test
    void aWindowOfOneIsLikeOneTokenInItsLayersAlone() {
        Architecture qwen3 = Models.ofJson("windows", """
                {"model_type": "qwen3", "hidden_size": 32, "intermediate_size": 40, "num_hidden_layers": 2, "head_dim": 8,
                 "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 48, "max_position_embeddings": 64,
                 "use_sliding_window": true, "sliding_window": 1, "max_window_layers": 1}
                """);
        assertThat(zero(qwen3, Program.FUSED, 20))
                .containsExactlyInAnyOrder("blocks.1.attention.query_norm.scale", "blocks.1.attention.key_norm.scale");
    }

    @Test
    void aRouterHasNoneWhereItsWeightsAreOne() {
        assertThat(zero(mixtral(4, 1), Program.FUSED, 20)).containsExactly("blocks.0.router.weight");
        assertThat(zero(mixtral(4, 2), Program.FUSED, 20)).isEmpty();
        assertThat(zero(olmoe(4, 1), Program.FUSED, 20)).isEmpty();
        assertThat(zero(olmoe(1, 1), Program.FUSED, 20)).containsExactly("blocks.0.router.weight");
    }

    @Test
    void oneWordHasNoLoss() {
        Architecture one = Models.named("gpt-tiny").cut(2, 1);
        assertThat(ZeroGradients.of(one, Program.FUSED, Loss.CROSS_ENTROPY, 20))
                .isEqualTo(ParameterLayout.of(one, Program.FUSED).parameters().stream()
                        .map(Tensor::name)
                        .collect(Collectors.toSet()));
        assertThat(ZeroGradients.of(one, Program.FUSED, Loss.SUM, 20)).isEmpty();
    }

    private static Architecture mixtral(int experts, int used) {
        return Models.ofJson("mixture", """
                {"model_type": "mixtral", "hidden_size": 32, "intermediate_size": 24, "num_hidden_layers": 1,
                 "num_attention_heads": 4, "num_key_value_heads": 4, "vocab_size": 80, "num_local_experts": %d,
                 "num_experts_per_tok": %d, "max_position_embeddings": 64}
                """.formatted(experts, used));
    }

    /** Its weights stay as the softmax over all gives them. */
    private static Architecture olmoe(int experts, int used) {
        return Models.ofJson("mixture", """
                {"model_type": "olmoe", "hidden_size": 32, "intermediate_size": 24, "num_hidden_layers": 1,
                 "num_attention_heads": 4, "num_key_value_heads": 4, "vocab_size": 80, "num_experts": %d,
                 "num_experts_per_tok": %d, "max_position_embeddings": 64}
                """.formatted(experts, used));
    }

    private static Set<String> zero(Architecture model, Program program, int tokens) {
        return ZeroGradients.of(model, program, Loss.SUM, tokens);
    }
}
