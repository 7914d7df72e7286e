package org.mfujmh.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Norm;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Tensor;

/**
 * Draws weights for a comparison with another implementation. As a model begins its training, biases are 0, scales 1, and
 * blocks add little to the residual stream, so that a fault in them would hardly show. Here each product keeps the size
 * of its input: a matrix of n columns is N(0, 1 / n), scales and biases are spread by {@value #SPREAD}.
 */
final class SpreadWeights {
    private static final double SPREAD = 0.25;

    private SpreadWeights() {}

    /** One array a parameter, row-major, in the order of the layout; the same seed gives the same numbers. */
    static List<float[]> draw(Architecture model, ParameterLayout layout, long seed) {
        Random random = new Random(seed);
        List<float[]> values = new ArrayList<>();
        for (Tensor tensor : layout.parameters()) {
            boolean one =
                    tensor.role() == Tensor.Role.NORM_SCALE && model.finalNorm().formula() != Norm.Formula.RMS_PLUS_ONE;
            float[] numbers = new float[Math.toIntExact(tensor.size())];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) ((one ? 1 : 0) + deviation(tensor) * random.nextGaussian());
            }
            values.add(numbers);
        }
        return values;
    }

    private static double deviation(Tensor tensor) {
        return switch (tensor.role()) {
            case TOKEN_EMBEDDING, POSITION_EMBEDDING, MATRIX, HEAD ->
                1 / Math.sqrt(tensor.shape().get(tensor.shape().size() - 1));
            case BIAS, NORM_SCALE, NORM_SHIFT, SINK -> SPREAD;
        };
    }
}
