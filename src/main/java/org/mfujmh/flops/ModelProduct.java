package org.mfujmh.flops;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.FeedForward;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Program;

/**
 * A matrix product of a model's forward pass, by name.
 *
 * @param name what it computes, e.g. {@code mlp up}
 * @param operands whether a weight is a factor, or both factors are activations (attention)
 * @param product its shape
 * @param count how often a forward pass computes it: once a layer, the head once
 * @param window of attention's products the positions that a token sees; 0: all up to its own, or no attention
 */
public record ModelProduct(String name, Operands operands, MatrixProduct product, int count, int window) {

    private static final String MLP = "mlp";
    private static final String EXPERTS = "experts";
    private static final String DOWN = " down";

    /** What is multiplied: it decides which conventions count it, and what its gradients are called. */
    public enum Operands {
        /** Activations with the weights of a block. */
        BLOCK_WEIGHT("dX", "dW"),
        /** Activations with the weights of experts: each multiplies the tokens that chose it. */
        EXPERT_WEIGHT("dX", "dW"),
        /** Activations with the weights of the output head. */
        HEAD_WEIGHT("dX", "dW"),
        /** Queries with keys. */
        QUERY_KEY("dQ", "dK"),
        /** Probabilities with values. */
        PROBABILITY_VALUE("dP", "dV");

        final String gradientOfFirst;
        final String gradientOfSecond;

        Operands(String gradientOfFirst, String gradientOfSecond) {
            this.gradientOfFirst = gradientOfFirst;
            this.gradientOfSecond = gradientOfSecond;
        }

        public boolean attention() {
            return this == QUERY_KEY || this == PROBABILITY_VALUE;
        }
    }

    /** Whether it is the last of a block: nothing in the backward pass reads what it gives. */
    public boolean lastOfBlock() {
        return name.equals(MLP + DOWN) || name.equals(EXPERTS + DOWN);
    }

    /** The products of the forward half of a pass: of a prefill, the head has one row a sequence. */
    public static List<ModelProduct> forward(Workload workload, Program program, Pass pass) {
        List<ModelProduct> all = forward(workload, program);
        if (pass != Pass.PREFILL) {
            return all;
        }
        return all.stream()
                .map(product -> product.operands != Operands.HEAD_WEIGHT
                        ? product
                        : new ModelProduct(
                                product.name,
                                product.operands,
                                MatrixProduct.of(workload.batch(), product.product.k(), product.product.n()),
                                product.count,
                                product.window))
                .toList();
    }

    /**
     * All products of a forward pass, in the order of the data. Layers that differ have products of their own; those of
     * experts are the products of all that one layer's tokens choose, together.
     */
    public static List<ModelProduct> forward(Workload workload, Program program) {
        Architecture model = workload.model();
        List<ModelProduct> products = new ArrayList<>();
        model.distinctBlocks().forEach((block, count) -> {
            products.addAll(attention(workload, block.attention(), count, program));
            products.addAll(feedForward(workload, block.feedForward(), count));
        });
        products.add(new ModelProduct(
                "head",
                Operands.HEAD_WEIGHT,
                MatrixProduct.of(rows(workload), model.width(), model.vocabulary()),
                1,
                0));
        return merged(products);
    }

    private static List<ModelProduct> attention(Workload workload, Attention attention, int count, Program program) {
        List<ModelProduct> products = new ArrayList<>(
                attention instanceof Attention.Grouped grouped
                        ? projections(workload, grouped, count, program)
                        : projections(workload, (Attention.Latent) attention, count));
        long heads = (long) workload.batch() * attention.heads();
        int tokens = workload.tokens();
        int window = attention.window();
        String suffix = window == 0 ? "" : ", window " + window;
        products.add(new ModelProduct(
                "scores" + suffix,
                Operands.QUERY_KEY,
                new MatrixProduct(heads, tokens, attention.queryKeyWidth(), tokens),
                count,
                window));
        products.add(new ModelProduct(
                "values" + suffix,
                Operands.PROBABILITY_VALUE,
                new MatrixProduct(heads, tokens, tokens, attention.valueWidth()),
                count,
                window));
        products.add(weight(
                "projection",
                rows(workload),
                (long) attention.heads() * attention.valueWidth(),
                workload.model().width(),
                count));
        return products;
    }

    private static List<ModelProduct> projections(
            Workload workload, Attention.Grouped attention, int count, Program program) {
        long rows = rows(workload);
        long d = workload.model().width();
        if (program == Program.FUSED) {
            return List.of(weight("qkv", rows, d, attention.queryKeyValueWidth(), count));
        }
        long keys = (long) attention.keyValueHeads() * attention.headWidth();
        return List.of(
                weight("query", rows, d, (long) attention.heads() * attention.headWidth(), count),
                weight("key", rows, d, keys, count),
                weight("value", rows, d, keys, count));
    }

    private static List<ModelProduct> projections(Workload workload, Attention.Latent attention, int count) {
        long rows = rows(workload);
        long d = workload.model().width();
        long queries = (long) attention.heads() * attention.queryKeyWidth();
        List<ModelProduct> products = new ArrayList<>();
        if (attention.queryRank() == 0) {
            products.add(weight("query", rows, d, queries, count));
        } else {
            products.add(weight("query down", rows, d, attention.queryRank(), count));
            products.add(weight("query up", rows, attention.queryRank(), queries, count));
        }
        long rank = attention.keyValueRank();
        products.add(weight("key value down", rows, d, rank + attention.rotary().width(), count));
        products.add(weight(
                "key value up",
                rows,
                rank,
                attention.heads() * ((long) attention.plainWidth() + attention.valueWidth()),
                count));
        return products;
    }

    private static List<ModelProduct> feedForward(Workload workload, FeedForward feedForward, int count) {
        long rows = rows(workload);
        if (feedForward instanceof FeedForward.Mlp mlp) {
            return mlp(MLP, rows, mlp, workload.model().width(), count);
        }
        FeedForward.Experts experts = (FeedForward.Experts) feedForward;
        long d = workload.model().width();
        List<ModelProduct> products = new ArrayList<>();
        products.add(weight("router", rows, d, experts.count(), count));
        mlp(EXPERTS, rows * experts.used(), experts.expert(), d, count).stream()
                .map(product -> new ModelProduct(
                        product.name, Operands.EXPERT_WEIGHT, product.product, product.count, product.window))
                .forEach(products::add);
        if (experts.sharedInner() > 0) {
            products.addAll(mlp("shared", rows, experts.shared(), d, count));
        }
        return products;
    }

    private static List<ModelProduct> mlp(String name, long rows, FeedForward.Mlp mlp, long d, int count) {
        String up = mlp.gated() ? " gate and up" : " up";
        return List.of(
                weight(name + up, rows, d, mlp.upWidth(), count), weight(name + DOWN, rows, mlp.inner(), d, count));
    }

    private static long rows(Workload workload) {
        return (long) workload.batch() * workload.tokens();
    }

    private static ModelProduct weight(String name, long rows, long in, long out, int layers) {
        return new ModelProduct(name, Operands.BLOCK_WEIGHT, MatrixProduct.of(rows, in, out), layers, 0);
    }

    /** Products of one name and shape, which blocks that differ elsewhere have in common, as one. */
    private static List<ModelProduct> merged(List<ModelProduct> products) {
        Map<List<Object>, ModelProduct> merged = new LinkedHashMap<>();
        products.forEach(product -> merged.merge(
                List.of(product.name, product.product),
                product,
                (known, same) -> new ModelProduct(
                        known.name, known.operands, known.product, known.count + same.count, known.window)));
        return List.copyOf(merged.values());
    }

    /** The same product, computed so many times as often. */
    public ModelProduct times(int times) {
        return new ModelProduct(name, operands, product, count * times, window);
    }

    /** The two products of the backward pass: the gradients of its factors. */
    public List<ModelProduct> backward() {
        return List.of(
                new ModelProduct(
                        name + " " + operands.gradientOfFirst, operands, product.gradientOfFirst(), count, window),
                new ModelProduct(
                        name + " " + operands.gradientOfSecond, operands, product.gradientOfSecond(), count, window));
    }

    /** FLOPs of all of them. */
    public BigInteger flops() {
        return product.flops().multiply(BigInteger.valueOf(count));
    }
}
