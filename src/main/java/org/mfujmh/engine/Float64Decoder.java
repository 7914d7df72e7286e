package org.mfujmh.engine;

import java.util.List;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Block;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Program;

/**
 * The oracle: a decoder of any family that runs here, in float64 in plain Java, written from the formulas and for
 * reading, not for speed. Parameters come in the order of the fused program.
 */
final class Float64Decoder {
    private final Architecture model;
    private final Float64Weights weights;
    /** The smallest of the last sequence, see {@link #closestChoice}. */
    private double margin;

    Float64Decoder(Architecture model, List<double[]> parameters) {
        this.model = model;
        this.weights = Float64Weights.of(ParameterLayout.of(model, Program.FUSED), parameters);
    }

    /** Logits of one sequence: [T][V]. */
    double[][] logits(long[] ids) {
        margin = Double.POSITIVE_INFINITY;
        double[][] h = embedded(ids);
        for (int layer = 0; layer < model.layers(); layer++) {
            addBlock(h, model.blocks().get(layer), weights.in("blocks." + layer + "."));
        }
        double[][] end = weights.norm(model.finalNorm(), h, "final_norm");
        double[] head = weights.get(model.tiedHead() ? "token_embedding" : "head.weight");
        double[][] logits = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            logits[t] = Float64Weights.product(end[t], head, 0, model.vocabulary());
            double cap = model.logitSoftcap();
            for (int v = 0; cap > 0 && v < logits[t].length; v++) {
                logits[t][v] = cap * Math.tanh(logits[t][v] / cap);
            }
        }
        return logits;
    }

    private double[][] embedded(long[] ids) {
        int d = model.width();
        double[] tokens = weights.get("token_embedding");
        double[] positions = model.learnedPositions() ? weights.get("position_embedding") : new double[ids.length * d];
        double[][] h = new double[ids.length][d];
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < d; i++) {
                h[t][i] = (tokens[(int) ids[t] * d + i] + positions[t * d + i]) * model.embeddingScale();
            }
        }
        return h;
    }

    /** Adds attention, then the feed-forward half, to the residual stream. */
    private void addBlock(double[][] h, Block block, Float64Weights own) {
        Block.Placement placement = block.placement();
        double[][] x = placement.before() ? own.norm(block.norm(), h, "norm1") : h;
        double[][] y =
                new Float64Attention((Attention.Grouped) block.attention(), block.norm(), own.in("attention.")).of(x);
        add(h, placement.after() ? own.norm(block.norm(), y, "attention_norm") : y);
        x = placement.before() ? own.norm(block.norm(), h, "norm2") : h;
        y = new Float64FeedForward(block.feedForward(), own, one -> margin = Math.min(margin, one)).of(x);
        add(h, placement.after() ? own.norm(block.norm(), y, "mlp_norm") : y);
    }

    private static void add(double[][] to, double[][] what) {
        for (int t = 0; t < to.length; t++) {
            for (int i = 0; i < to[t].length; i++) {
                to[t][i] += what[t][i];
            }
        }
    }

    /**
     * How close the closest choice of experts in a sequence was: the lead of the last that was chosen over the first that
     * was not, relative to the root mean square of the router's numbers. Infinite without experts.
     */
    double closestChoice(long[] ids) {
        logits(ids);
        return margin;
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
}
