package org.mfujmh.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Tensor;

/**
 * A matrix that multiplies every token: y [M, out] = x [M, in] W^T, where W is [out, in].
 *
 * @param in columns of W
 * @param out rows of W
 * @param count how many such matrices a token passes through, counting only the chosen experts
 * @param parameter where the first of them stands in the model's parameters
 */
public record LinearShape(long in, long out, int count, int parameter) {

    /** The distinct shapes of a model's linear layers, the head included. */
    public static List<LinearShape> of(ParameterLayout layout) {
        Map<List<Long>, LinearShape> byShape = new LinkedHashMap<>();
        for (int i = 0; i < layout.parameters().size(); i++) {
            Tensor parameter = layout.parameters().get(i);
            if (multiplies(layout, parameter)) {
                List<Long> shape = parameter.shape();
                int last = shape.size() - 1;
                LinearShape one = new LinearShape(shape.get(last), shape.get(last - 1), parameter.used(), i);
                byShape.merge(
                        List.of(one.in, one.out),
                        one,
                        (known, same) ->
                                new LinearShape(known.in, known.out, known.count + same.count, known.parameter));
            }
        }
        return new ArrayList<>(byShape.values());
    }

    /** FLOPs of one such product with one row of x: a multiplication and an addition each. */
    public double flopsPerRow() {
        return 2.0 * in * out;
    }

    /** A matrix of a block or the head, which in a tied model is the token embedding. */
    private static boolean multiplies(ParameterLayout layout, Tensor tensor) {
        boolean tied = layout.parameters().stream().noneMatch(other -> other.role() == Tensor.Role.HEAD);
        return switch (tensor.role()) {
            case MATRIX, HEAD -> true;
            case TOKEN_EMBEDDING -> tied;
            case POSITION_EMBEDDING, BIAS, NORM_SCALE, NORM_SHIFT, SINK -> false;
        };
    }
}
