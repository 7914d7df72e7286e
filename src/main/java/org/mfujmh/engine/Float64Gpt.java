package org.mfujmh.engine;

import java.util.List;
import org.mfujmh.model.Architecture;

/**
 * The oracle: a GPT in float64 in plain Java, written from the book's formulas and for reading, not
 * for speed. Parameters come in the order of the fused program.
 */
final class Float64Gpt {
    private final Architecture config;
    private final List<double[]> p;

    Float64Gpt(Architecture config, List<double[]> parameters) {
        this.config = config;
        this.p = parameters;
    }

    /** Logits of one sequence: [T][V]. */
    double[][] logits(long[] ids) {
        int d = config.width();
        double[][] h = new double[ids.length][d];
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < d; i++) {
                h[t][i] = p.get(0)[(int) ids[t] * d + i] + p.get(1)[t * d + i];
            }
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            int o = 2 + 12 * layer;
            double[][] qkv = linear(norm(h, p.get(o), p.get(o + 1)), p.get(o + 2), p.get(o + 3));
            add(h, linear(attention(qkv), p.get(o + 4), p.get(o + 5)));
            double[][] up = linear(norm(h, p.get(o + 6), p.get(o + 7)), p.get(o + 8), p.get(o + 9));
            for (double[] row : up) {
                for (int i = 0; i < row.length; i++) {
                    row[i] = gelu(row[i]);
                }
            }
            add(h, linear(up, p.get(o + 10), p.get(o + 11)));
        }
        int end = p.size() - 3;
        return linear(norm(h, p.get(end), p.get(end + 1)), p.get(end + 2), new double[config.vocabulary()]);
    }

    /** The sum of all logits of a batch of sequences. */
    double sum(long[][] ids) {
        double sum = 0;
        for (long[] sequence : ids) {
            for (double[] row : logits(sequence)) {
                for (double logit : row) {
                    sum += logit;
                }
            }
        }
        return sum;
    }

    /** Mean of -log softmax(logits)[target] over all tokens of a batch. */
    double crossEntropy(long[][] ids, long[][] targets) {
        double sum = 0;
        int count = 0;
        for (int b = 0; b < ids.length; b++) {
            double[][] logits = logits(ids[b]);
            for (int t = 0; t < logits.length; t++) {
                double total = 0;
                for (double logit : logits[t]) {
                    total += Math.exp(logit);
                }
                sum += Math.log(total) - logits[t][(int) targets[b][t]];
                count++;
            }
        }
        return sum / count;
    }

    /** 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). */
    static double gelu(double x) {
        return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }

    /** Per token: (x - mean) / sqrt(variance + 1e-5) x scale + shift, the variance over d. */
    private static double[][] norm(double[][] x, double[] scale, double[] shift) {
        double[][] y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            int d = x[t].length;
            double mean = 0;
            for (double value : x[t]) {
                mean += value / d;
            }
            double variance = 0;
            for (double value : x[t]) {
                variance += (value - mean) * (value - mean) / d;
            }
            for (int i = 0; i < d; i++) {
                y[t][i] = (x[t][i] - mean) / Math.sqrt(variance + 1e-5) * scale[i] + shift[i];
            }
        }
        return y;
    }

    /** y = x W^T + b, W row-major [out, in]. */
    private static double[][] linear(double[][] x, double[] w, double[] b) {
        double[][] y = new double[x.length][b.length];
        for (int t = 0; t < x.length; t++) {
            int in = x[t].length;
            for (int o = 0; o < b.length; o++) {
                double sum = b[o];
                for (int i = 0; i < in; i++) {
                    sum += x[t][i] * w[o * in + i];
                }
                y[t][o] = sum;
            }
        }
        return y;
    }

    /** Rows hold q, k and v beside each other: [T][3d] to [T][d]; every token sees itself and those before it. */
    private double[][] attention(double[][] qkv) {
        int d = config.width();
        int size = config.headWidth();
        double[][] y = new double[qkv.length][d];
        for (int head = 0; head < config.heads(); head++) {
            int q = head * size;
            int k = d + head * size;
            int v = 2 * d + head * size;
            for (int t = 0; t < qkv.length; t++) {
                double[] weight = new double[t + 1];
                double total = 0;
                for (int s = 0; s <= t; s++) {
                    double score = 0;
                    for (int i = 0; i < size; i++) {
                        score += qkv[t][q + i] * qkv[s][k + i];
                    }
                    weight[s] = Math.exp(score / Math.sqrt(size));
                    total += weight[s];
                }
                for (int s = 0; s <= t; s++) {
                    for (int i = 0; i < size; i++) {
                        y[t][q + i] += weight[s] / total * qkv[s][v + i];
                    }
                }
            }
        }
        return y;
    }

    private static void add(double[][] to, double[][] what) {
        for (int t = 0; t < to.length; t++) {
            for (int i = 0; i < to[t].length; i++) {
                to[t][i] += what[t][i];
            }
        }
    }
}
