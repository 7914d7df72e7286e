package org.mfujmh.model;

import static org.mfujmh.model.Tensor.Role.BIAS;
import static org.mfujmh.model.Tensor.Role.MATRIX;
import static org.mfujmh.model.Tensor.Role.NORM_SCALE;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The tensors of an architecture, named, in the order of the data: token embedding, learned positions, blocks, final
 * norm, head. Projections that read the same vector are one matrix, their rows one after the other: query, key and value;
 * gate and up. The notebook's program has query, key and value apart.
 */
final class Tensors {
    private Tensors() {}

    static List<Tensor> of(Architecture model, Program program) {
        List<Tensor> tensors = new ArrayList<>(embeddings(model));
        for (int layer = 0; layer < model.layers(); layer++) {
            tensors.addAll(
                    ofBlock("blocks." + layer + ".", model, model.blocks().get(layer), program));
        }
        tensors.addAll(end(model));
        return tensors;
    }

    static List<Tensor> outsideBlocks(Architecture model) {
        return Stream.concat(embeddings(model).stream(), end(model).stream()).toList();
    }

    private static List<Tensor> embeddings(Architecture model) {
        Tensor tokens = Tensor.of("token_embedding", Tensor.Role.TOKEN_EMBEDDING, model.vocabulary(), model.width());
        Tensor positions =
                Tensor.of("position_embedding", Tensor.Role.POSITION_EMBEDDING, model.context(), model.width());
        return model.learnedPositions() ? List.of(tokens, positions) : List.of(tokens);
    }

    private static List<Tensor> end(Architecture model) {
        List<Tensor> end = new ArrayList<>(norm("final_norm", model.finalNorm(), model.width()));
        if (!model.tiedHead()) {
            end.add(Tensor.of("head.weight", Tensor.Role.HEAD, model.vocabulary(), model.width()));
        }
        return end;
    }

    /** @param prefix what the names begin with */
    static List<Tensor> ofBlock(String prefix, Architecture model, Block block, Program program) {
        int d = model.width();
        Block.Placement placement = block.placement();
        List<Tensor> tensors = new ArrayList<>();
        if (placement.before()) {
            tensors.addAll(norm(prefix + "norm1", block.norm(), d));
        }
        tensors.addAll(attention(prefix + "attention.", block.attention(), block.norm(), d, program));
        if (placement.after()) {
            tensors.addAll(norm(prefix + "attention_norm", block.norm(), d));
        }
        if (placement.before()) {
            tensors.addAll(norm(prefix + "norm2", block.norm(), d));
        }
        tensors.addAll(feedForward(prefix, block.feedForward(), d));
        if (placement.after()) {
            tensors.addAll(norm(prefix + "mlp_norm", block.norm(), d));
        }
        return tensors;
    }

    private static List<Tensor> attention(String at, Attention attention, Norm norm, int d, Program program) {
        return attention instanceof Attention.Grouped grouped
                ? grouped(at, grouped, norm, d, program)
                : latent(at, (Attention.Latent) attention, norm, d);
    }

    private static List<Tensor> grouped(String at, Attention.Grouped a, Norm norm, int d, Program program) {
        long queries = (long) a.heads() * a.headWidth();
        long keys = (long) a.keyValueHeads() * a.headWidth();
        List<Tensor> tensors = new ArrayList<>();
        if (program == Program.NOTEBOOK) {
            tensors.addAll(linear(at + "query", queries, d, a.queryKeyValueBias()));
            tensors.addAll(linear(at + "key", keys, d, a.queryKeyValueBias()));
            tensors.addAll(linear(at + "value", keys, d, a.queryKeyValueBias()));
        } else {
            tensors.addAll(linear(at + "qkv", a.queryKeyValueWidth(), d, a.queryKeyValueBias()));
        }
        switch (a.queryKeyNorm()) {
            case NONE -> {}
            case PER_HEAD -> {
                tensors.addAll(norm(at + "query_norm", norm, a.headWidth()));
                tensors.addAll(norm(at + "key_norm", norm, a.headWidth()));
            }
            case ALL_HEADS -> {
                tensors.addAll(norm(at + "query_norm", norm, queries));
                tensors.addAll(norm(at + "key_norm", norm, keys));
            }
        }
        if (a.sinks()) {
            tensors.add(Tensor.of(at + "sinks", Tensor.Role.SINK, a.heads()));
        }
        tensors.addAll(linear(at + "out", d, queries, a.outputBias()));
        return tensors;
    }

    private static List<Tensor> latent(String at, Attention.Latent a, Norm norm, int d) {
        long queries = (long) a.heads() * a.queryKeyWidth();
        List<Tensor> tensors = new ArrayList<>();
        if (a.queryRank() == 0) {
            tensors.addAll(linear(at + "query", queries, d, false));
        } else {
            tensors.addAll(linear(at + "query_down", a.queryRank(), d, a.bias()));
            tensors.addAll(norm(at + "query_norm", norm, a.queryRank()));
            tensors.addAll(linear(at + "query_up", queries, a.queryRank(), false));
        }
        tensors.addAll(linear(
                at + "key_value_down", (long) a.keyValueRank() + a.rotary().width(), d, a.bias()));
        tensors.addAll(norm(at + "key_value_norm", norm, a.keyValueRank()));
        tensors.addAll(linear(
                at + "key_value_up", (long) a.heads() * (a.plainWidth() + a.valueWidth()), a.keyValueRank(), false));
        tensors.addAll(linear(at + "out", d, (long) a.heads() * a.valueWidth(), a.bias()));
        return tensors;
    }

    private static List<Tensor> feedForward(String prefix, FeedForward feedForward, int d) {
        return feedForward instanceof FeedForward.Mlp mlp
                ? mlp(prefix + "mlp.", mlp, d)
                : experts(prefix, (FeedForward.Experts) feedForward, d);
    }

    private static List<Tensor> mlp(String at, FeedForward.Mlp mlp, int d) {
        List<Tensor> tensors = new ArrayList<>(linear(at + up(mlp), mlp.upWidth(), d, mlp.bias()));
        tensors.addAll(linear(at + "down", d, mlp.inner(), mlp.bias()));
        return tensors;
    }

    private static String up(FeedForward.Mlp mlp) {
        return mlp.gated() ? "gate_up" : "up";
    }

    private static List<Tensor> experts(String prefix, FeedForward.Experts experts, int d) {
        FeedForward.Mlp one = experts.expert();
        int count = experts.count();
        int used = experts.used();
        String at = prefix + "experts.";
        List<Tensor> tensors = new ArrayList<>(linear(prefix + "router", count, d, experts.routerBias()));
        tensors.add(Tensor.ofExperts(at + up(one) + ".weight", MATRIX, count, used, one.upWidth(), d));
        if (one.bias()) {
            tensors.add(Tensor.ofExperts(at + up(one) + ".bias", BIAS, count, used, one.upWidth()));
        }
        tensors.add(Tensor.ofExperts(at + "down.weight", MATRIX, count, used, d, one.inner()));
        if (one.bias()) {
            tensors.add(Tensor.ofExperts(at + "down.bias", BIAS, count, used, d));
        }
        if (experts.sharedInner() > 0) {
            tensors.addAll(mlp(prefix + "shared.", experts.shared(), d));
        }
        return tensors;
    }

    private static List<Tensor> norm(String name, Norm norm, long width) {
        Tensor scale = Tensor.of(name + ".scale", NORM_SCALE, width);
        return norm.hasShift()
                ? List.of(scale, Tensor.of(name + ".shift", Tensor.Role.NORM_SHIFT, width))
                : List.of(scale);
    }

    private static List<Tensor> linear(String name, long out, long in, boolean bias) {
        Tensor weight = Tensor.of(name + ".weight", MATRIX, out, in);
        return bias ? List.of(weight, Tensor.of(name + ".bias", BIAS, out)) : List.of(weight);
    }
}
