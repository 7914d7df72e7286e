package org.mfujmh.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mfujmh.model.Norm;
import org.mfujmh.model.ParameterLayout;

/**
 * The tensors of a model in float64, by name, with the two layers that need nothing but their tensors.
 *
 * @param tensors row-major, by their names in {@link ParameterLayout}
 * @param prefix what the names of this part of the model begin with
 */
record Float64Weights(Map<String, double[]> tensors, String prefix) {

    /** @param values in the order of the layout */
    static Float64Weights of(ParameterLayout layout, List<double[]> values) {
        layout.requireSizes(values);
        Map<String, double[]> tensors = new HashMap<>();
        for (int i = 0; i < values.size(); i++) {
            tensors.put(layout.parameters().get(i).name(), values.get(i));
        }
        return new Float64Weights(tensors, "");
    }

    /** Those of a part, e.g. {@code blocks.0.}. */
    Float64Weights in(String part) {
        return new Float64Weights(tensors, prefix + part);
    }

    double[] get(String name) {
        double[] tensor = tensors.get(prefix + name);
        if (tensor == null) {
            throw new IllegalArgumentException("No tensor is named " + prefix + name);
        }
        return tensor;
    }

    /** x W^T + b of each row, without b where the layer has none. */
    double[][] linear(double[][] x, String name) {
        double[] w = get(name + ".weight");
        double[] b = tensors.get(prefix + name + ".bias");
        double[][] y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            y[t] = product(x[t], w, 0, w.length / x[t].length);
            for (int o = 0; b != null && o < b.length; o++) {
                y[t][o] += b[o];
            }
        }
        return y;
    }

    /** x W^T, where W [out, in] begins at an offset. */
    static double[] product(double[] x, double[] w, int offset, int out) {
        double[] y = new double[out];
        for (int o = 0; o < out; o++) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += x[i] * w[offset + o * x.length + i];
            }
            y[o] = sum;
        }
        return y;
    }

    /** Each row normalised. */
    double[][] norm(Norm norm, double[][] x, String name) {
        double[][] y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            y[t] = norm(norm, x[t], name);
        }
        return y;
    }

    /** x normalised over all its columns. */
    double[] norm(Norm norm, double[] x, String name) {
        double[] scale = get(name + ".scale");
        double[] shift = norm.hasShift() ? get(name + ".shift") : new double[x.length];
        int d = x.length;
        double mean = 0;
        for (int i = 0; norm.formula() == Norm.Formula.LAYER && i < d; i++) {
            mean += x[i] / d;
        }
        double variance = 0;
        for (double value : x) {
            variance += (value - mean) * (value - mean) / d;
        }
        double[] y = new double[d];
        for (int i = 0; i < d; i++) {
            double unit = (x[i] - mean) / Math.sqrt(variance + norm.epsilon());
            y[i] = switch (norm.formula()) {
                case LAYER -> unit * scale[i] + shift[i];
                case RMS -> unit * scale[i];
                case RMS_PLUS_ONE -> unit * (1 + scale[i]);
            };
        }
        return y;
    }
}
