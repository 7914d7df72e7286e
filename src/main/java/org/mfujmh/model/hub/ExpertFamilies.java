package org.mfujmh.model.hub;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mfujmh.model.Activation;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Attention.QueryKeyNorm;
import org.mfujmh.model.Block;
import org.mfujmh.model.Block.Placement;
import org.mfujmh.model.FeedForward;
import org.mfujmh.model.FeedForward.Routing;
import org.mfujmh.model.Norm;
import org.mfujmh.model.Rotary;

/** The model_types whose blocks have experts. */
final class ExpertFamilies {
    /** What a gpt_oss scales its positions by where its config names nothing. */
    private static final Rotary.Scaling YARN_OF_GPT_OSS = new Rotary.Scaling(
            "yarn", 32, 1, 32, 4096, RotaryFields.attentionFactor(32), false, List.of(), List.of(), 0);

    private ExpertFamilies() {}

    static Architecture mixtral(String name, ConfigFields config) {
        Shape shape = Shape.of(config, "mixtral");
        int window = Families.window(config, 0);
        FeedForward experts = new FeedForward.Experts(
                config.size("num_local_experts", 8),
                used(config, "num_experts_per_tok", 2, "num_local_experts", 8),
                shape.mlp(config, false),
                0,
                false,
                Routing.SOFTMAX_NORMALISED);
        Attention attention = shape.attention(config, window, false, false, QueryKeyNorm.NONE, shape.rotary(config));
        return shape.model(name, shape.block(attention, experts, Placement.BEFORE));
    }

    /** Every decoder_sparse_step-th layer has experts, but those that mlp_only_layers names. */
    static Architecture qwen3Moe(String name, ConfigFields config) {
        Shape shape = Shape.of(config, "qwen3_moe");
        boolean bias = config.flag("attention_bias", false);
        int given = Families.window(config, 4096);
        int window = config.flag("use_sliding_window", false) ? given : 0;
        config.ignore("max_window_layers");
        // Of Qwen3-Coder's files: what the library does anyway.
        config.requireFlag("use_qk_norm", true);
        config.requireFlag("qkv_bias", false);
        int shared = config.count("shared_expert_intermediate_size", 0);
        if (shared != 0) {
            throw config.refused(
                    "shared_expert_intermediate_size",
                    "is " + shared + "; supported is 0, experts without a shared one");
        }
        int step = config.size("decoder_sparse_step", 1);
        Set<Double> dense = Set.copyOf(config.numbers("mlp_only_layers"));
        Activation activation = Families.activation(config, "hidden_act", "silu");
        FeedForward mlp = new FeedForward.Mlp(shape.inner(config), activation, true, false);
        FeedForward experts = new FeedForward.Experts(
                config.size("num_experts", 128),
                used(config, "num_experts_per_tok", 8, "num_experts", 128),
                new FeedForward.Mlp(config.size("moe_intermediate_size", 768), activation, true, false),
                0,
                false,
                config.flag("norm_topk_prob", false) ? Routing.SOFTMAX_NORMALISED : Routing.SOFTMAX);
        Attention attention = shape.attention(config, window, bias, bias, QueryKeyNorm.PER_HEAD, shape.rotary(config));
        Block withExperts = shape.block(attention, experts, Placement.BEFORE);
        Block without = shape.block(attention, mlp, Placement.BEFORE);
        return shape.model(
                name,
                IntStream.range(0, shape.layers())
                        .mapToObj(layer ->
                                (layer + 1) % step == 0 && !dense.contains((double) layer) ? withExperts : without)
                        .toList());
    }

    static Architecture olmoe(String name, ConfigFields config) {
        Shape shape = Shape.of(config, "olmoe");
        boolean bias = config.flag("attention_bias", false);
        if (shape.headWidth() * (long) shape.heads() != shape.width()) {
            throw config.refused("head_dim", "is not hidden_size / num_attention_heads, as olmoe's norms have it");
        }
        if (config.has("clip_qkv")) {
            throw config.refused("clip_qkv", "is set, which is not supported");
        }
        FeedForward experts = new FeedForward.Experts(
                config.size("num_experts", 64),
                used(config, "num_experts_per_tok", 8, "num_experts", 64),
                shape.mlp(config, false),
                0,
                false,
                config.flag("norm_topk_prob", false) ? Routing.SOFTMAX_NORMALISED : Routing.SOFTMAX);
        Attention attention = shape.attention(config, 0, bias, bias, QueryKeyNorm.ALL_HEADS, shape.rotary(config));
        return shape.model(name, shape.block(attention, experts, Placement.BEFORE));
    }

    static Architecture gptOss(String name, ConfigFields config) {
        Shape shape = Shape.of(config, "gpt_oss");
        boolean bias = config.flag("attention_bias", true);
        int window = Families.window(config, 128);
        List<Boolean> sliding = Families.sliding(config, shape.layers(), layer -> (layer + 1) % 2 != 0);
        if (config.number("swiglu_limit", 7) != 7) {
            throw config.refused("swiglu_limit", "is not 7, which is not supported");
        }
        config.ignore("experts_per_token", "initial_context_length", "hidden_act");
        FeedForward experts = new FeedForward.Experts(
                config.size("num_local_experts", 128),
                used(config, "num_experts_per_tok", 4, "num_local_experts", 128),
                new FeedForward.Mlp(shape.inner(config), Activation.CLAMPED_SWIGLU, true, true),
                0,
                true,
                Routing.TOP_SOFTMAX);
        Rotary given = shape.rotary(config);
        boolean named = Stream.of("rope_parameters", "rope_scaling")
                .flatMap(field -> config.object(field).stream())
                .anyMatch(fields -> !fields.isEmpty());
        Rotary rotary = named ? given : new Rotary(given.theta(), given.width(), YARN_OF_GPT_OSS);
        double scale = 1 / Math.sqrt(shape.headWidth());
        List<Block> kinds = IntStream.of(0, window)
                .mapToObj(w -> new Attention.Grouped(
                        shape.heads(),
                        shape.keyValueHeads(),
                        shape.headWidth(),
                        w,
                        bias,
                        bias,
                        QueryKeyNorm.NONE,
                        rotary,
                        scale,
                        0,
                        true))
                .map(attention -> shape.block(attention, experts, Placement.BEFORE))
                .toList();
        return shape.model(name, sliding, kinds.get(0), kinds.get(1));
    }

    /** The first layers have an MLP, the others experts with shared ones, chosen like DeepSeek-V3's. */
    static Architecture glm4Moe(String name, ConfigFields config) {
        Shape shape = Shape.of(config, "glm4_moe");
        config.ignore("n_group", "topk_group", "routed_scaling_factor", "norm_topk_prob", "num_nextn_predict_layers");
        boolean bias = config.flag("attention_bias", false);
        QueryKeyNorm norm = config.flag("use_qk_norm", false) ? QueryKeyNorm.PER_HEAD : QueryKeyNorm.NONE;
        Attention attention =
                shape.attention(config, 0, bias, false, norm, shape.rotaryOver(config, shape.turned(config, 0.5)));
        Activation activation = Families.activation(config, "hidden_act", "silu");
        Block dense = shape.block(attention, shape.mlp(config, false), Placement.BEFORE);
        Block sparse = shape.block(attention, routedAndShared(config, activation, 1408, 8, 128), Placement.BEFORE);
        int first = config.count("first_k_dense_replace", 1);
        return shape.model(
                name,
                IntStream.range(0, shape.layers())
                        .mapToObj(layer -> layer < first ? dense : sparse)
                        .toList());
    }

    static Architecture minimaxM2(String name, ConfigFields config) {
        Shape shape = Shape.of(config, "minimax_m2");
        config.requireFlag("use_qk_norm", true);
        config.requireFlag("use_routing_bias", true);
        // Of the makers' files: names for what the library does anyway, and layers that only train it.
        config.ignore("scoring_func", "qk_norm_type", "use_mtp", "num_mtp_modules", "mtp_transformer_layers");
        FeedForward experts = new FeedForward.Experts(
                config.size("num_local_experts", 256),
                used(config, "num_experts_per_tok", 8, "num_local_experts", 256),
                shape.mlp(config, false),
                config.count("shared_intermediate_size", 0),
                true,
                Routing.SIGMOID_GROUPS);
        int turned = config.size("rotary_dim", shape.turned(config, 1));
        Attention attention =
                shape.attention(config, 0, false, false, QueryKeyNorm.ALL_HEADS, shape.rotaryOver(config, turned));
        return shape.model(name, shape.block(attention, experts, Placement.BEFORE));
    }

    /** Multi-head latent attention; the first layers have an MLP, the others experts with shared ones. */
    static Architecture deepseekV3(String name, ConfigFields config) {
        int width = config.size("hidden_size", 7168);
        int layers = Families.layers(config, "num_hidden_layers", 61);
        int context = config.size("max_position_embeddings", 4096);
        config.ignore("num_key_value_heads", "head_dim", "qk_head_dim", "rope_interleave", "n_group", "topk_group");
        config.ignore(
                "routed_scaling_factor", "norm_topk_prob", "scoring_func", "topk_method", "num_nextn_predict_layers");
        config.ignore("aux_loss_alpha", "ep_size", "seq_aux", "num_mtp_layers", "first_k_dense_replace");
        if (config.size("moe_layer_freq", 1) != 1) {
            throw config.refused("moe_layer_freq", "is not 1, which is not supported");
        }
        Rotary rotary = RotaryFields.of(
                config,
                new RotaryFields.Columns("qk_rope_head_dim", config.size("qk_rope_head_dim", 64)),
                10_000,
                context);
        Attention attention = new Attention.Latent(
                config.size("num_attention_heads", 128),
                config.mentions("q_lora_rank") ? config.sizeOrNone("q_lora_rank") : 1536,
                config.size("kv_lora_rank", 512),
                config.size("qk_nope_head_dim", 128),
                rotary,
                config.size("v_head_dim", 128),
                config.flag("attention_bias", false));
        Activation activation = Families.activation(config, "hidden_act", "silu");
        FeedForward experts = routedAndShared(config, activation, 2048, 8, 256);
        FeedForward mlp = new FeedForward.Mlp(config.size("intermediate_size", 18432), activation, true, false);
        Norm norm = Norm.rms(config.positive("rms_norm_eps", 1e-6));
        int dense = Math.min(layers, config.count("first_k_dense_replace", 3));
        List<Block> blocks = Stream.concat(
                        Collections.nCopies(dense, new Block(attention, mlp, norm, Placement.BEFORE)).stream(),
                        Collections.nCopies(layers - dense, new Block(attention, experts, norm, Placement.BEFORE))
                                .stream())
                .toList();
        return new Architecture(
                name,
                "deepseek_v3",
                config.size("vocab_size", 129280),
                context,
                width,
                false,
                1,
                blocks,
                norm,
                config.flag("tie_word_embeddings", false),
                0);
    }

    /** Experts chosen by groups, and those that every token passes through. */
    private static FeedForward routedAndShared(
            ConfigFields config, Activation activation, int defaultInner, int defaultUsed, int defaultCount) {
        int inner = config.size("moe_intermediate_size", defaultInner);
        return new FeedForward.Experts(
                config.size("n_routed_experts", defaultCount),
                used(config, "num_experts_per_tok", defaultUsed, "n_routed_experts", defaultCount),
                new FeedForward.Mlp(inner, activation, true, false),
                sharedInner(config, inner),
                true, // the correction that experts are chosen by: no weight of a product
                Routing.SIGMOID_GROUPS);
    }

    private static int sharedInner(ConfigFields config, int inner) {
        int shared = config.count("n_shared_experts", 1);
        long columns = (long) shared * inner;
        if (columns > Integer.MAX_VALUE) {
            throw config.refused("n_shared_experts", "is " + shared + ", too many of " + inner + " columns each");
        }
        return (int) columns;
    }

    /** Experts that a token passes through: no more than there are. */
    private static int used(ConfigFields config, String field, int otherwise, String all, int allOtherwise) {
        int used = config.size(field, otherwise);
        int count = config.size(all, allOtherwise);
        if (used > count) {
            throw config.refused(field, "is " + used + " of " + count + " experts");
        }
        return used;
    }
}
