package org.mfujmh.model.hub;

import org.mfujmh.model.Activation;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gpt2;

/** GPT-2, whose fields have names of their own. */
final class Gpt2Family {
    private Gpt2Family() {}

    static Architecture read(String name, ConfigFields config) {
        int width = config.size("n_embd", 768);
        int heads = config.size("n_head", 12);
        Families.requireDivides(config, "n_embd", width, "n_head", heads);
        config.requireFlag("scale_attn_weights", true);
        config.requireFlag("scale_attn_by_inverse_layer_idx", false);
        config.requireFlag("add_cross_attention", false);
        config.ignore("n_ctx", "reorder_and_upcast_attn");
        // Of OpenAI's own files; the library has dropped them.
        config.ignore("n_special", "predict_special_tokens", "output_past");
        Activation activation = Families.activation(config, "activation_function", "gelu_new");
        int context = config.size("n_positions", 1024);
        return Gpt2.of(
                name,
                Families.layers(config, "n_layer", 12),
                width,
                heads,
                Gpt2.mlp(config.size("n_inner", 4 * width), activation),
                config.size("vocab_size", 50257),
                context,
                config.positive("layer_norm_epsilon", 1e-5),
                config.flag("tie_word_embeddings", true));
    }
}
