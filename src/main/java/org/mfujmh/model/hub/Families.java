package org.mfujmh.model.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.mfujmh.BadInput;
import org.mfujmh.model.Activation;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Attention.QueryKeyNorm;
import org.mfujmh.model.Block;
import org.mfujmh.model.Block.Placement;
import org.mfujmh.model.FeedForward;
import org.mfujmh.model.Gpt2;
import org.mfujmh.model.Rotary;

/**
 * Reads each {@code model_type}: its fields, with the defaults of the Transformers library's configuration_*.py, become
 * an {@link Architecture}. GPT-2 is in {@link Gpt2Family}, Gemma's are in {@link GemmaFamilies}, models with experts
 * in {@link ExpertFamilies}.
 */
final class Families {
    /** By model_type: name of the model and its fields to its description. */
    private static final Map<String, BiFunction<String, ConfigFields, Architecture>> READERS =
            new TreeMap<>(Map.ofEntries(
                    Map.entry(Gpt2.FAMILY, Gpt2Family::read),
                    Map.entry("llama", Families::llama),
                    Map.entry("mistral", (name, config) -> mistral("mistral", name, config)),
                    Map.entry("ministral3", Families::ministral3),
                    Map.entry("seed_oss", Families::seedOss),
                    Map.entry("exaone4", Families::exaone4),
                    Map.entry("ministral", (name, config) -> mistral("ministral", name, config)),
                    Map.entry("qwen2", Families::qwen2),
                    Map.entry("qwen3", Families::qwen3),
                    Map.entry("phi3", Families::phi3),
                    Map.entry("olmo2", Families::olmo2),
                    Map.entry("olmo3", Families::olmo3),
                    Map.entry("smollm3", Families::smollm3),
                    Map.entry("gemma", GemmaFamilies::gemma),
                    Map.entry("gemma2", GemmaFamilies::gemma2),
                    Map.entry("gemma3_text", GemmaFamilies::gemma3),
                    Map.entry("mixtral", ExpertFamilies::mixtral),
                    Map.entry("qwen3_moe", ExpertFamilies::qwen3Moe),
                    Map.entry("olmoe", ExpertFamilies::olmoe),
                    Map.entry("gpt_oss", ExpertFamilies::gptOss),
                    Map.entry("glm4_moe", ExpertFamilies::glm4Moe),
                    Map.entry("minimax_m2", ExpertFamilies::minimaxM2),
                    Map.entry("deepseek_v3", ExpertFamilies::deepseekV3)));

    /** Those whose makers' own code is another family's. */
    private static final Map<String, String> SAME_AS = Map.of("kimi_k2", "deepseek_v3");

    /** What a Ministral 3 scales its positions by where its config is silent. */
    private static final Rotary.Scaling YARN_OF_MINISTRAL_3 =
            new Rotary.Scaling("yarn", 16, 1, 32, 16384, 1, true, List.of(), List.of(), 0.1);

    private static final int MOST_LAYERS = 10_000;

    private Families() {}

    static List<String> all() {
        return List.copyOf(READERS.keySet());
    }

    /** Whether configs of that model_type are read. */
    static boolean isRead(String modelType) {
        return READERS.containsKey(family(modelType));
    }

    /** The family that reads a model_type: in most cases the one of that name. */
    static String family(String modelType) {
        return SAME_AS.getOrDefault(modelType, modelType);
    }

    /** @throws BadInput if the model_type is unknown or a field is not supported */
    static Architecture read(String name, ConfigFields config) {
        if (!config.has("model_type")) {
            throw config.refused("model_type", "is missing; supported are " + String.join(", ", all()));
        }
        String modelType = config.word("model_type", "");
        BiFunction<String, ConfigFields, Architecture> reader = READERS.get(family(modelType));
        if (reader == null) {
            throw config.refused(
                    "model_type",
                    "is " + ConfigFields.quoted(modelType) + ", which is not supported" + ofItsText(config)
                            + "; supported are " + String.join(", ", all()));
        }
        if (config.mentions("is_causal") && !config.flag("is_causal", false)) {
            throw config.refused("is_causal", "is not true; attention to later tokens is not supported");
        }
        return reader.apply(name, config);
    }

    /** Of a model of images and text, that its text model is not read either ({@link TextPart}). */
    private static String ofItsText(ConfigFields config) {
        String text = config.object("text_config")
                .map(part -> part.word("model_type", ""))
                .orElse("");
        return text.isEmpty() ? "" : ", nor is its text_config's, " + ConfigFields.quoted(text);
    }

    private static Architecture llama(String name, ConfigFields config) {
        Shape shape = Shape.of(config, "llama");
        shape.requireWidthDividesIntoHeads(config);
        config.requireFlag("use_sliding_window", false);
        if (config.has("use_sliding_window")) {
            config.ignore("sliding_window", "max_window_layers"); // a Qwen that was renamed to a Llama
        }
        boolean bias = config.flag("attention_bias", false);
        boolean mlpBias = config.flag("mlp_bias", false);
        Attention attention = shape.attention(config, 0, bias, bias, QueryKeyNorm.NONE, shape.rotary(config));
        return shape.model(name, shape.block(attention, shape.mlp(config, mlpBias), Placement.BEFORE));
    }

    private static Architecture mistral(String family, String name, ConfigFields config) {
        Shape shape = Shape.of(config, family);
        int window = window(config, 4096);
        Rotary rotary = shape.rotary(config);
        FeedForward mlp = shape.mlp(config, false);
        // With layer_types the library takes it for a Ministral, where they say which layers have the window.
        List<Block> kinds = IntStream.of(0, window)
                .mapToObj(w -> shape.attention(config, w, false, false, QueryKeyNorm.NONE, rotary))
                .map(attention -> shape.block(attention, mlp, Placement.BEFORE))
                .toList();
        return shape.model(name, sliding(config, shape.layers(), layer -> true), kinds.get(0), kinds.get(1));
    }

    /** Mistral whose positions are scaled by default, and whose queries grow. */
    private static Architecture ministral3(String name, ConfigFields config) {
        Shape shape = Shape.of(config, "ministral3");
        Rotary given = shape.rotary(config);
        Optional<ConfigFields> said = config.object("rope_parameters");
        Rotary.Scaling scaling = said.isPresent() || config.has("rope_scaling") ? given.scaling() : YARN_OF_MINISTRAL_3;
        double growth =
                said.map(fields -> fields.number(RotaryFields.QUERY_GROWTH, 0)).orElse(0.1);
        Rotary rotary = new Rotary(given.theta(), given.width(), scaling.withQueryGrowth(growth));
        Attention attention = shape.attention(config, window(config, 0), false, false, QueryKeyNorm.NONE, rotary);
        return shape.model(name, shape.block(attention, shape.mlp(config, false), Placement.BEFORE));
    }

    private static Architecture seedOss(String name, ConfigFields config) {
        Shape shape = Shape.of(config, "seed_oss");
        boolean bias = config.flag("attention_bias", true);
        boolean outputBias = config.flag("attention_out_bias", false);
        boolean mlpBias = config.flag("mlp_bias", false);
        Attention attention = shape.attention(config, 0, bias, outputBias, QueryKeyNorm.NONE, shape.rotary(config));
        return shape.model(name, shape.block(attention, shape.mlp(config, mlpBias), Placement.BEFORE));
    }

    /** Windows in three of four layers; where there are any, the others have no positions. */
    private static Architecture exaone4(String name, ConfigFields config) {
        Shape shape = Shape.of(config, "exaone4");
        int window = window(config, 4096);
        boolean named = config.has("layer_types");
        if (named || window == 0) {
            config.ignore("sliding_window_pattern"); // of words in some files
        }
        int pattern = named || window == 0 ? 1 : config.size("sliding_window_pattern", 4);
        List<Boolean> sliding = sliding(config, shape.layers(), layer -> (layer + 1) % pattern != 0);
        Rotary rotary = shape.rotary(config);
        FeedForward mlp = shape.mlp(config, false);
        Block full = shape.block(
                shape.attention(config, 0, false, false, QueryKeyNorm.PER_HEAD, window == 0 ? rotary : Rotary.NONE),
                mlp,
                Placement.AFTER);
        Block narrow = shape.block(
                shape.attention(config, window, false, false, QueryKeyNorm.PER_HEAD, rotary), mlp, Placement.AFTER);
        return shape.model(name, sliding, full, narrow);
    }

    private static Architecture qwen2(String name, ConfigFields config) {
        return qwen(name, config, Shape.of(config, "qwen2"), true, false, QueryKeyNorm.NONE);
    }

    private static Architecture qwen3(String name, ConfigFields config) {
        boolean bias = config.flag("attention_bias", false);
        Shape shape = Shape.of(config, "qwen3");
        return qwen(name, config, shape, bias, bias, QueryKeyNorm.PER_HEAD);
    }

    /** The last layers may have a window: those that layer_types names, else from max_window_layers on. */
    private static Architecture qwen(
            String name, ConfigFields config, Shape shape, boolean bias, boolean outputBias, QueryKeyNorm norm) {
        boolean windowed = config.flag("use_sliding_window", false);
        int given = window(config, 4096);
        int window = windowed ? given : 0;
        int first = config.count("max_window_layers", 28);
        List<Boolean> sliding = sliding(config, shape.layers(), layer -> window > 0 && layer >= first);
        Rotary rotary = shape.rotary(config);
        FeedForward mlp = shape.mlp(config, false);
        Block full = shape.block(shape.attention(config, 0, bias, outputBias, norm, rotary), mlp, Placement.BEFORE);
        Block narrow =
                shape.block(shape.attention(config, window, bias, outputBias, norm, rotary), mlp, Placement.BEFORE);
        return shape.model(name, sliding, full, narrow);
    }

    private static Architecture phi3(String name, ConfigFields config) {
        Shape shape = Shape.of(config, "phi3");
        // What is in the makers' own code and the library's ignores.
        config.ignore("original_max_position_embeddings", "attention_bias", "mlp_bias", "full_attn_mod");
        config.ignore("interpolate_factor", "lm_head_bias");
        Attention attention = shape.attention(
                config, window(config, 0), false, false, QueryKeyNorm.NONE, shape.partialRotary(config));
        return shape.model(name, shape.block(attention, shape.mlp(config, false), Placement.BEFORE));
    }

    private static Architecture olmo2(String name, ConfigFields config) {
        Shape shape = Shape.of(config, "olmo2");
        boolean bias = config.flag("attention_bias", false);
        Attention attention = shape.attention(config, 0, bias, bias, QueryKeyNorm.ALL_HEADS, shape.rotary(config));
        return shape.model(name, shape.block(attention, shape.mlp(config, false), Placement.AFTER));
    }

    /** OLMo 2 with windows in three of four layers, whose positions are not scaled. */
    private static Architecture olmo3(String name, ConfigFields config) {
        Shape shape = Shape.of(config, "olmo3");
        boolean bias = config.flag("attention_bias", false);
        int window = window(config, 4096);
        List<Boolean> sliding = sliding(config, shape.layers(), layer -> (layer + 1) % 4 != 0);
        FeedForward mlp = shape.mlp(config, false);
        // The library gives a rope_theta that stands outside of rope_parameters to full attention alone.
        double theta = shape.defaults().theta();
        Rotary global = shape.rotaryOf(config, "full_attention", config.positive("rope_theta", theta), true);
        Rotary local = shape.rotaryOf(config, "sliding_attention", theta, false);
        Block full = shape.block(
                shape.attention(config, 0, bias, bias, QueryKeyNorm.ALL_HEADS, global), mlp, Placement.AFTER);
        Block narrow = shape.block(
                shape.attention(config, window, bias, bias, QueryKeyNorm.ALL_HEADS, local), mlp, Placement.AFTER);
        return shape.model(name, sliding, full, narrow);
    }

    /** Llama without positions in every fourth layer, or where no_rope_layers has a 0. */
    private static Architecture smollm3(String name, ConfigFields config) {
        Shape shape = Shape.of(config, "smollm3");
        config.ignore("max_window_layers");
        boolean bias = config.flag("attention_bias", false);
        FeedForward mlp = shape.mlp(config, config.flag("mlp_bias", false));
        boolean windowed = config.flag("use_sliding_window", false);
        int given = window(config, 0);
        int window = windowed ? given : 0;
        int interval = config.size("no_rope_layer_interval", 4);
        List<Double> named = config.numbers("no_rope_layers");
        if (!named.isEmpty() && named.size() < shape.layers()) {
            throw config.refused("no_rope_layers", "names " + named.size() + " layers of " + shape.layers());
        }
        IntPredicate turned = layer -> named.isEmpty() ? (layer + 1) % interval != 0 : named.get(layer) != 0;
        List<Boolean> sliding = sliding(config, shape.layers(), layer -> window > 0 && !turned.test(layer));
        Rotary rotary = shape.rotary(config);
        return shape.model(
                name,
                IntStream.range(0, shape.layers())
                        .mapToObj(layer -> shape.attention(
                                config,
                                sliding.get(layer) ? window : 0,
                                bias,
                                bias,
                                QueryKeyNorm.NONE,
                                turned.test(layer) ? rotary : Rotary.NONE))
                        .map(attention -> shape.block(attention, mlp, Placement.BEFORE))
                        .toList());
    }

    /** A window of that many positions; 0 if the field is null. */
    static int window(ConfigFields config, int otherwise) {
        return config.mentions("sliding_window") ? config.sizeOrNone("sliding_window") : otherwise;
    }

    /** Which layers have a window: by layer_types where it stands there. */
    static List<Boolean> sliding(ConfigFields config, int layers, IntPredicate otherwise) {
        List<String> types = config.words("layer_types").orElseGet(() -> IntStream.range(0, layers)
                .mapToObj(layer -> otherwise.test(layer) ? "sliding_attention" : "full_attention")
                .toList());
        if (types.size() != layers) {
            throw config.refused("layer_types", "names " + types.size() + " layers of " + layers);
        }
        List<Boolean> sliding = new ArrayList<>();
        for (String type : types) {
            if (!type.equals("sliding_attention") && !type.equals("full_attention")) {
                throw config.refused(
                        "layer_types",
                        "has " + ConfigFields.quoted(type) + "; supported are full_attention and sliding_attention");
            }
            sliding.add(type.equals("sliding_attention"));
        }
        return sliding;
    }

    static Activation activation(ConfigFields config, String field, String otherwise) {
        String name = config.word(field, otherwise);
        return switch (name) {
            case "silu", "swish" -> Activation.SILU;
            case "gelu" -> Activation.GELU;
            case "gelu_new", "gelu_pytorch_tanh" -> Activation.GELU_TANH;
            case "relu" -> Activation.RELU;
            default ->
                throw config.refused(
                        field,
                        "is " + ConfigFields.quoted(name)
                                + "; supported are silu, gelu, gelu_new, gelu_pytorch_tanh and relu");
        };
    }

    static int layers(ConfigFields config, String field, int otherwise) {
        int layers = config.size(field, otherwise);
        if (layers > MOST_LAYERS) {
            throw config.refused(field, "is " + layers + "; more than " + MOST_LAYERS + " layers are not a model");
        }
        return layers;
    }

    static void requireDivides(ConfigFields config, String field, int value, String by, int divisor) {
        if (value % divisor != 0) {
            throw config.refused(field, "is " + value + ", which is not divisible by " + by + ", " + divisor);
        }
    }
}
