package org.mfujmh.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mfujmh.model.Loss;

/**
 * Compares what two backends compute from the same weights and tokens. Each distance is the 2-norm of the difference,
 * relative to the 2-norm of what is expected.
 *
 * @param logits of all logits
 * @param lossDistance of the losses, relative to the root of the sum of squares of what is added up
 * @param gradients by parameter; a gradient that is small against all gradients together is held against a hundredth
 *     of these, since it is rounded as they are
 */
public record BackendsCompared(double logits, double lossDistance, Map<String, Double> gradients) {

    private static final double LEAST_SHARE = 1e-2;

    /** Runs a forward and a forward + backward pass of both. */
    public static BackendsCompared of(
            LanguageModel found, TokenBatch ofFound, LanguageModel expected, TokenBatch ofExpected) {
        found.forward(ofFound);
        expected.forward(ofExpected);
        float[] wantedLogits = expected.results().get(0);
        double logits = distance(found.results().get(0), wantedLogits, 0);
        double loss = found.forwardBackward(ofFound);
        double wantedLoss = expected.forwardBackward(ofExpected);
        // A sum of logits nearly cancels, so that its error is small against the root of their squares, not against it.
        double size = Math.max(Math.abs(wantedLoss), expected.spec().loss() == Loss.SUM ? norm(wantedLogits) : 0);
        List<float[]> wanted = expected.results();
        List<float[]> got = found.results();
        double whole =
                Math.sqrt(wanted.stream().mapToDouble(g -> Math.pow(norm(g), 2)).sum());
        Map<String, Double> gradients = new LinkedHashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            gradients.put(
                    expected.layout().parameters().get(i).name(),
                    distance(got.get(i), wanted.get(i), LEAST_SHARE * whole));
        }
        return new BackendsCompared(logits, Math.abs(loss - wantedLoss) / size, gradients);
    }

    /** The gradient that is furthest off. */
    public Map.Entry<String, Double> worstGradient() {
        return gradients.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
    }

    static double norm(float[] x) {
        double sum = 0;
        for (float value : x) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    /** The 2-norm of the difference, relative to that of what is expected or to {@code least}, if that is more. */
    static double distance(float[] found, float[] expected, double least) {
        if (found.length != expected.length) {
            return Double.POSITIVE_INFINITY;
        }
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow((double) found[i] - expected[i], 2);
        }
        return Math.sqrt(difference) / Math.max(norm(expected), least);
    }
}
