package org.mfujmh.model.hub;

import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Block;
import org.mfujmh.model.FeedForward;
import org.mfujmh.model.Norm;
import org.mfujmh.model.Rotary;

/**
 * The part that families after Llama share: RMS norms, rotary positions, heads that share keys and values.
 *
 * @param defaults what the family assumes where its config is silent
 * @param headWidth columns of a head
 * @param epsilon of the norms
 */
record Shape(
        FamilyDefaults defaults,
        int vocabulary,
        int width,
        int layers,
        int heads,
        int keyValueHeads,
        int headWidth,
        int context,
        double epsilon,
        boolean tied) {

    /** Reads the fields that families share; num_key_value_heads of null is as many as query heads in every family. */
    static Shape of(ConfigFields config, String family) {
        FamilyDefaults defaults = FamilyDefaults.of(family);
        int width = config.size("hidden_size", defaults.width());
        int heads = config.size("num_attention_heads", defaults.heads());
        boolean absent = !config.mentions("num_key_value_heads");
        int keys = config.size(
                "num_key_value_heads", absent && defaults.keyValueHeads() > 0 ? defaults.keyValueHeads() : heads);
        Families.requireDivides(config, "num_attention_heads", heads, "num_key_value_heads", keys);
        boolean divided = !config.has("head_dim") && defaults.headWidth() == 0;
        if (divided) {
            Families.requireDivides(config, "hidden_size", width, "num_attention_heads", heads);
        }
        return new Shape(
                defaults,
                config.size("vocab_size", defaults.vocabulary()),
                width,
                Families.layers(config, "num_hidden_layers", defaults.layers()),
                heads,
                keys,
                divided ? width / heads : config.size("head_dim", defaults.headWidth()),
                config.size("max_position_embeddings", defaults.context()),
                config.positive("rms_norm_eps", defaults.epsilon()),
                config.flag("tie_word_embeddings", defaults.tied()));
    }

    /** What the library demands of some families, though their heads may have another width. */
    void requireWidthDividesIntoHeads(ConfigFields config) {
        Families.requireDivides(config, "hidden_size", width, "num_attention_heads", heads);
    }

    Rotary rotary(ConfigFields config) {
        return rotary(config, false);
    }

    /** The same where the config may say that only a share of a head's columns is rotated. */
    Rotary partialRotary(ConfigFields config) {
        return rotary(config, true);
    }

    /** The columns of a head that are rotated, where the config or the family gives a share of them. */
    int turned(ConfigFields config, double otherwise) {
        return RotaryFields.turned(
                config,
                new RotaryFields.Columns("head_dim", headWidth),
                config.positive(RotaryFields.PARTIAL, otherwise));
    }

    /** The same where only that many columns of a head are rotated. */
    Rotary rotaryOver(ConfigFields config, int columns) {
        return RotaryFields.of(config, new RotaryFields.Columns("head_dim", columns), defaults.theta(), context);
    }

    /**
     * The positions of the layers of one kind, where they differ.
     *
     * @param kind {@code full_attention} or {@code sliding_attention}
     * @param theta the base where rope_parameters names none for the kind
     * @param scaled whether the old {@code rope_scaling} concerns this kind
     */
    Rotary rotaryOf(ConfigFields config, String kind, double theta, boolean scaled) {
        return RotaryFields.ofKind(config, kind, theta, scaled, headWidth, context);
    }

    private Rotary rotary(ConfigFields config, boolean partial) {
        OptionalInt divided = partial ? OptionalInt.of(width / heads) : OptionalInt.empty();
        return RotaryFields.of(
                config, new RotaryFields.Columns("head_dim", headWidth, divided), defaults.theta(), context);
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
    FeedForward.Mlp mlp(ConfigFields config, boolean bias) {
        return new FeedForward.Mlp(inner(config), Families.activation(config, "hidden_act", "silu"), true, bias);
    }

    /** Columns between the two products of an MLP. */
    int inner(ConfigFields config) {
        return config.size("intermediate_size", defaults.inner());
    }

    Block block(Attention attention, FeedForward feedForward, Block.Placement placement) {
        return new Block(attention, feedForward, Norm.rms(epsilon), placement);
    }

    Architecture model(String name, Block block) {
        return model(name, Collections.nCopies(layers, block));
    }

    /** With one of two kinds of blocks in each layer. */
    Architecture model(String name, List<Boolean> sliding, Block full, Block narrow) {
        return model(name, sliding.stream().map(is -> is ? narrow : full).toList());
    }

    Architecture model(String name, List<Block> blocks) {
        return new Architecture(
                name, defaults.family(), vocabulary, context, width, false, 1, blocks, Norm.rms(epsilon), tied, 0);
    }
}
