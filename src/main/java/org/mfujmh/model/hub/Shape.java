package org.mfujmh.model.hub;

import java.util.Collections;
import java.util.List;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Block;
import org.mfujmh.model.FeedForward;
import org.mfujmh.model.Norm;
import org.mfujmh.model.Rotary;

/**
 * The part that families after Llama share: RMS norms, rotary positions, heads that share keys and values.
 *
 * @param headWidth columns of a head
 * @param epsilon of the norms
 */
record Shape(
        String family,
        int vocabulary,
        int width,
        int layers,
        int heads,
        int keyValueHeads,
        int headWidth,
        int context,
        double epsilon,
        boolean tied) {

    /**
     * Reads it with the defaults of a family; a head has width / heads columns if the config does not say.
     *
     * @param keyValueHeads the default of num_key_value_heads where it is absent; 0: as many as query heads, which null
     *     means in every family
     */
    static Shape of(
            ConfigFields config,
            String family,
            int vocabulary,
            int width,
            int layers,
            int keyValueHeads,
            int context,
            double epsilon) {
        return of(config, family, vocabulary, width, layers, keyValueHeads, context, epsilon, 0);
    }

    /**
     * The same.
     *
     * @param headWidth the default of head_dim; 0: width / heads
     */
    static Shape of(
            ConfigFields config,
            String family,
            int vocabulary,
            int width,
            int layers,
            int keyValueHeads,
            int context,
            double epsilon,
            int headWidth) {
        int d = config.size("hidden_size", width);
        int defaultHeads =
                family.equals("gemma3_text") ? 8 : family.equals("gpt_oss") ? 64 : family.equals("olmoe") ? 16 : 32;
        int heads = config.size("num_attention_heads", defaultHeads);
        boolean absent = !config.mentions("num_key_value_heads");
        int keys = config.size("num_key_value_heads", absent && keyValueHeads > 0 ? keyValueHeads : heads);
        Families.requireDivides(config, "num_attention_heads", heads, "num_key_value_heads", keys);
        if (!config.has("head_dim") && headWidth == 0) {
            Families.requireDivides(config, "hidden_size", d, "num_attention_heads", heads);
        }
        int columns = config.size("head_dim", headWidth == 0 ? d / heads : headWidth);
        return new Shape(
                family,
                config.size("vocab_size", vocabulary),
                d,
                Families.layers(config, "num_hidden_layers", layers),
                heads,
                keys,
                columns,
                config.size("max_position_embeddings", context),
                config.positive("rms_norm_eps", epsilon),
                config.flag("tie_word_embeddings", family.equals("gemma3_text")));
    }

    Rotary rotary(ConfigFields config, double theta) {
        return RotaryFields.of(
                config, new RotaryFields.Columns("head_dim", headWidth, family.equals("phi3")), theta, context);
    }

    Attention attention(
            ConfigFields config,
            int window,
            boolean bias,
            boolean outputBias,
            Attention.QueryKeyNorm queryKeyNorm,
            Rotary rotary) {
        double scale = 1 / Math.sqrt(headWidth);
        return new Attention.Grouped(
                heads, keyValueHeads, headWidth, window, bias, outputBias, queryKeyNorm, rotary, scale, 0, false);
    }

    /** The gated MLP of Llama. */
    FeedForward.Mlp mlp(ConfigFields config, int inner, boolean bias) {
        return new FeedForward.Mlp(
                config.size("intermediate_size", inner), Families.activation(config, "hidden_act", "silu"), true, bias);
    }

    Block block(Attention attention, FeedForward feedForward, Block.Placement placement) {
        return new Block(attention, feedForward, Norm.rms(epsilon), placement);
    }

    Architecture model(String name, Block block) {
        return model(name, Collections.nCopies(layers, block));
    }

    Architecture model(String name, List<Block> blocks) {
        return new Architecture(name, family, vocabulary, context, width, false, 1, blocks, Norm.rms(epsilon), tied, 0);
    }
}
