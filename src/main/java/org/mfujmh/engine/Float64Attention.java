package org.mfujmh.engine;

import java.util.Arrays;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Norm;

/**
 * Grouped causal attention in float64, over one sequence.
 *
 * @param attention the description
 * @param norm normalises queries and keys, where the description says so
 * @param weights those of this attention
 */
record Float64Attention(Attention.Grouped attention, Norm norm, Float64Weights weights) {

    /** [T][d] to [T][d]. */
    double[][] of(double[][] x) {
        int c = attention.headWidth();
        int heads = attention.heads();
        int groups = attention.keyValueHeads();
        double[][] qkv = weights.linear(x, "qkv");
        double[][] mixed = new double[x.length][heads * c];
        double[][][] queries = new double[x.length][][];
        double[][][] keys = new double[x.length][][];
        for (int t = 0; t < x.length; t++) {
            queries[t] = placed(normalised(columns(qkv[t], 0, heads * c), "query_norm"), t, x.length);
            keys[t] = placed(normalised(columns(qkv[t], heads * c, groups * c), "key_norm"), t, x.length);
            for (int head = 0; head < heads; head++) {
                int group = head / (heads / groups); // so many neighbouring heads share keys and values
                int value = (heads + groups + group) * c;
                double[] share = shares(queries, keys, t, head, group);
                for (int s = 0; s <= t; s++) {
                    for (int i = 0; i < c; i++) {
                        mixed[t][head * c + i] += share[s] * qkv[s][value + i];
                    }
                }
            }
        }
        return weights.linear(mixed, "out");
    }

    /** The softmax of a query's scores over the positions that it sees: its own, and those before it in the window. */
    private double[] shares(double[][][] queries, double[][][] keys, int t, int head, int group) {
        double[] share = new double[t + 1];
        double total = 0;
        for (int s = 0; s <= t; s++) {
            if (attention.window() == 0 || t - s < attention.window()) {
                double score = 0;
                for (int i = 0; i < attention.headWidth(); i++) {
                    score += queries[t][head][i] * keys[s][group][i];
                }
                share[s] = Math.exp(score * attention.scoreScale());
                total += share[s];
            }
        }
        for (int s = 0; s <= t; s++) {
            share[s] /= total;
        }
        return share;
    }

    /** All heads of one token's queries or keys, each on its own. */
    private double[][] normalised(double[] x, String name) {
        boolean together = attention.queryKeyNorm() == Attention.QueryKeyNorm.ALL_HEADS;
        double[] whole = together ? weights.norm(norm, x, name) : x;
        int c = attention.headWidth();
        double[][] heads = new double[x.length / c][];
        for (int head = 0; head < heads.length; head++) {
            double[] one = columns(whole, head * c, c);
            boolean alone = attention.queryKeyNorm() == Attention.QueryKeyNorm.PER_HEAD;
            heads[head] = alone ? weights.norm(norm, one, name) : one;
        }
        return heads;
    }

    private double[][] placed(double[][] heads, int position, int tokens) {
        for (double[] head : heads) {
            new Float64Rotary(attention.rotary()).turn(head, position, tokens);
        }
        return heads;
    }

    private static double[] columns(double[] row, int from, int count) {
        return Arrays.copyOfRange(row, from, from + count);
    }
}
