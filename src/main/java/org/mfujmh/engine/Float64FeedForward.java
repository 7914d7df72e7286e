package org.mfujmh.engine;

import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.apache.commons.math3.special.Erf;
import org.mfujmh.model.Activation;
import org.mfujmh.model.FeedForward;

/**
 * The second half of a block in float64: an MLP, or a few of many.
 *
 * @param feedForward the description
 * @param weights those of the block
 * @param margins receives, for each choice of experts, how clear it was
 */
record Float64FeedForward(FeedForward feedForward, Float64Weights weights, DoubleConsumer margins) {

    /** Each row [d] to [d]. */
    double[][] of(double[][] x) {
        return feedForward instanceof FeedForward.Experts experts
                ? mixture(experts, x)
                : mlp((FeedForward.Mlp) feedForward, x);
    }

    private double[][] mlp(FeedForward.Mlp mlp, double[][] x) {
        double[][] up = weights.linear(x, mlp.gated() ? "mlp.gate_up" : "mlp.up");
        double[][] inner = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            inner[t] = between(mlp, up[t]);
        }
        return weights.linear(inner, "mlp.down");
    }

    /** Every token passes through the experts with the largest numbers of the router. */
    private double[][] mixture(FeedForward.Experts experts, double[][] x) {
        FeedForward.Mlp mlp = experts.expert();
        double[] ups = weights.get(mlp.gated() ? "experts.gate_up.weight" : "experts.up.weight");
        double[] downs = weights.get("experts.down.weight");
        double[][] router = weights.linear(x, "router");
        double[][] y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            double[] share = softmax(router[t]);
            List<Integer> order = IntStream.range(0, share.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(expert -> -share[expert]))
                    .toList();
            List<Integer> chosen = order.subList(0, experts.used());
            if (experts.used() < experts.count()) {
                margins.accept(margin(router[t], chosen.get(experts.used() - 1), order.get(experts.used())));
            }
            double sum = chosen.stream().mapToDouble(expert -> share[expert]).sum();
            for (int expert : chosen) {
                int d = x[t].length;
                int rows = Math.toIntExact(mlp.upWidth());
                double[] inner = between(mlp, Float64Weights.product(x[t], ups, expert * rows * d, rows));
                double[] out = Float64Weights.product(inner, downs, expert * d * mlp.inner(), d);
                double weight = experts.routing() == FeedForward.Routing.SOFTMAX ? share[expert] : share[expert] / sum;
                for (int i = 0; i < d; i++) {
                    y[t][i] += weight * out[i];
                }
            }
        }
        return y;
    }

    /** By how much the last expert chosen is ahead of the first that is not, against the size of the router's numbers. */
    private static double margin(double[] router, int last, int next) {
        double square = 0;
        for (double number : router) {
            square += number * number / router.length;
        }
        return (router[last] - router[next]) / Math.sqrt(square);
    }

    private static double[] softmax(double[] x) {
        double total = 0;
        for (double number : x) {
            total += Math.exp(number);
        }
        double[] share = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            share[i] = Math.exp(x[i]) / total;
        }
        return share;
    }

    /** What lies between the two products; where it is gated the row has the gate before up. */
    private static double[] between(FeedForward.Mlp mlp, double[] up) {
        double[] inner = new double[mlp.inner()];
        for (int i = 0; i < inner.length; i++) {
            double activated = activated(mlp.activation(), up[i]);
            inner[i] = mlp.gated() ? activated * up[i + inner.length] : activated;
        }
        return inner;
    }

    private static double activated(Activation activation, double x) {
        return switch (activation) {
            case GELU -> 0.5 * x * (1 + Erf.erf(x / Math.sqrt(2)));
            case GELU_TANH -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case SILU -> x / (1 + Math.exp(-x));
            case RELU -> Math.max(0, x);
            case CLAMPED_SWIGLU -> throw new IllegalArgumentException(activation + " does not run here");
        };
    }
}
