package org.mfujmh.flops;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.Stream;
import org.mfujmh.model.GptConfig;
import org.mfujmh.model.Program;

/**
 * A matrix product of a GPT's forward pass, by name.
 *
 * @param name what it computes, e.g. {@code mlp up}
 * @param operands whether a weight is a factor, or both factors are activations (attention)
 * @param product its shape
 * @param count how often a forward pass computes it: once a layer, the head once
 */
public record ModelProduct(String name, Operands operands, MatrixProduct product, int count) {

    /** What is multiplied: it decides which conventions count it, and what its gradients are called. */
    public enum Operands {
        /** Activations with the weights of a block. */
        BLOCK_WEIGHT("dX", "dW"),
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

    /** All products of a forward pass, in the order of the data. */
    public static List<ModelProduct> forward(Workload workload, Program program) {
        GptConfig config = workload.model();
        int tokens = workload.tokens();
        long rows = (long) workload.batch() * tokens;
        long d = config.width();
        long wide = 4 * d;
        int layers = config.layers();
        long heads = (long) workload.batch() * config.heads();
        MatrixProduct scores = new MatrixProduct(heads, tokens, config.headWidth(), tokens);
        MatrixProduct values = new MatrixProduct(heads, tokens, tokens, config.headWidth());
        Stream<ModelProduct> queryKeyValue =
                switch (program) {
                    case FUSED -> Stream.of(weight("qkv", rows, d, 3 * d, layers));
                    case NOTEBOOK -> Stream.of("query", "key", "value").map(name -> weight(name, rows, d, d, layers));
                };
        Stream<ModelProduct> rest = Stream.of(
                new ModelProduct("scores", Operands.QUERY_KEY, scores, layers),
                new ModelProduct("values", Operands.PROBABILITY_VALUE, values, layers),
                weight("projection", rows, d, d, layers),
                weight("mlp up", rows, d, wide, layers),
                weight("mlp down", rows, wide, d, layers),
                new ModelProduct("head", Operands.HEAD_WEIGHT, MatrixProduct.of(rows, d, config.vocabulary()), 1));
        return Stream.concat(queryKeyValue, rest).toList();
    }

    private static ModelProduct weight(String name, long rows, long in, long out, int layers) {
        return new ModelProduct(name, Operands.BLOCK_WEIGHT, MatrixProduct.of(rows, in, out), layers);
    }

    /** The two products of the backward pass: the gradients of its factors. */
    public List<ModelProduct> backward() {
        return List.of(
                new ModelProduct(name + " " + operands.gradientOfFirst, operands, product.gradientOfFirst(), count),
                new ModelProduct(name + " " + operands.gradientOfSecond, operands, product.gradientOfSecond(), count));
    }

    /** FLOPs of all of them. */
    public BigInteger flops() {
        return product.flops().multiply(BigInteger.valueOf(count));
    }
}
