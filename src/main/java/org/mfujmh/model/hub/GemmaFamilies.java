package org.mfujmh.model.hub;

import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;
import org.mfujmh.model.Activation;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Attention.QueryKeyNorm;
import org.mfujmh.model.Block;
import org.mfujmh.model.Block.Placement;
import org.mfujmh.model.FeedForward;
import org.mfujmh.model.Norm;
import org.mfujmh.model.Rotary;

/** Gemma's model_types: embeddings times the square root of the width, and scales of the norms that count from zero. */
final class GemmaFamilies {
    private GemmaFamilies() {}

    static Architecture gemma(String name, ConfigFields config) {
        Shape shape = shape(config, "gemma");
        // The first files say gelu where they mean its approximation; what some say next to it is not read.
        Activation said = Families.activation(config, "hidden_act", "gelu_pytorch_tanh");
        config.ignore("hidden_activation");
        Activation activation = said == Activation.GELU ? Activation.GELU_TANH : said;
        boolean bias = config.flag("attention_bias", false);
        Attention attention = shape.attention(config, 0, bias, bias, QueryKeyNorm.NONE, shape.rotary(config));
        Block block = new Block(attention, mlp(shape, config, activation), norm(shape), Placement.BEFORE);
        return model(name, shape, Collections.nCopies(shape.layers(), block), 0);
    }

    static Architecture gemma2(String name, ConfigFields config) {
        Shape shape = shape(config, "gemma2");
        config.ignore("hidden_act");
        Rotary rotary = shape.rotary(config);
        return windowed(
                name,
                config,
                shape,
                new Kinds(layer -> (layer + 1) % 2 != 0, rotary, rotary, QueryKeyNorm.NONE),
                cap(config, "attn_logit_softcapping", 50),
                cap(config, "final_logit_softcapping", 30));
    }

    static Architecture gemma3(String name, ConfigFields config) {
        Shape shape = shape(config, "gemma3_text");
        int pattern = config.size("sliding_window_pattern", 6);
        double theta = config.positive("rope_theta", shape.defaults().theta());
        double local = config.positive("rope_local_base_freq", 10_000);
        Kinds kinds = new Kinds(
                layer -> (layer + 1) % pattern != 0,
                shape.rotaryOf(config, "full_attention", theta, true),
                shape.rotaryOf(config, "sliding_attention", local, false),
                QueryKeyNorm.PER_HEAD);
        return windowed(
                name,
                config,
                shape,
                kinds,
                cap(config, "attn_logit_softcapping", 0),
                cap(config, "final_logit_softcapping", 0));
    }

    /**
     * Two kinds of layers.
     *
     * @param sliding which have a window where layer_types is silent
     * @param global positions of the others
     * @param local positions of those with a window
     */
    private record Kinds(IntPredicate sliding, Rotary global, Rotary local, QueryKeyNorm queryKey) {}

    private static Architecture windowed(
            String name, ConfigFields config, Shape shape, Kinds kinds, double attentionCap, double logitCap) {
        shape.requireWidthDividesIntoHeads(config);
        boolean bias = config.flag("attention_bias", false);
        int window = Families.window(config, 4096);
        List<Boolean> sliding = Families.sliding(config, shape.layers(), kinds.sliding());
        double scale = 1 / Math.sqrt(config.positive("query_pre_attn_scalar", 256));
        FeedForward mlp = mlp(shape, config, Families.activation(config, "hidden_activation", "gelu_pytorch_tanh"));
        List<Block> blocks = List.of(true, false).stream()
                .map(narrow -> new Attention.Grouped(
                        shape.heads(),
                        shape.keyValueHeads(),
                        shape.headWidth(),
                        narrow ? window : 0,
                        bias,
                        bias,
                        kinds.queryKey(),
                        narrow ? kinds.local() : kinds.global(),
                        scale,
                        attentionCap,
                        false))
                .map(attention -> new Block(attention, mlp, norm(shape), Placement.AROUND))
                .toList();
        return model(
                name, shape, sliding.stream().map(is -> blocks.get(is ? 0 : 1)).toList(), logitCap);
    }

    private static Shape shape(ConfigFields config, String family) {
        config.requireFlag("use_bidirectional_attention", false);
        return Shape.of(config, family);
    }

    private static FeedForward mlp(Shape shape, ConfigFields config, Activation activation) {
        return new FeedForward.Mlp(shape.inner(config), activation, true, false);
    }

    private static Norm norm(Shape shape) {
        return new Norm(Norm.Formula.RMS_PLUS_ONE, shape.epsilon());
    }

    /** A cap on scores or logits; 0 if the field is null. */
    private static double cap(ConfigFields config, String field, double otherwise) {
        return config.mentions(field) ? config.positiveOrNone(field) : otherwise;
    }

    private static Architecture model(String name, Shape shape, List<Block> blocks, double logitCap) {
        return new Architecture(
                name,
                shape.defaults().family(),
                shape.vocabulary(),
                shape.context(),
                shape.width(),
                false,
                Math.sqrt(shape.width()),
                blocks,
                norm(shape),
                shape.tied(),
                logitCap);
    }
}
