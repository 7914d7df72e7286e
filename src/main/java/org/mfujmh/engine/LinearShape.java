package org.mfujmh.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mfujmh.model.ParameterLayout;

/**
 * A matrix that every token is multiplied with: y [M, out] = x [M, in] W^T, where W is [out, in].
 *
 * @param in columns of W
 * @param out rows of W
 * @param count how many such matrices the model has
 * @param parameter where the first of them stands in the model's parameters
 */
public record LinearShape(long in, long out, int count, int parameter) {

    /** The distinct shapes of a model's linear layers, the head included. */
    public static List<LinearShape> of(ParameterLayout layout) {
        Map<List<Long>, LinearShape> byShape = new LinkedHashMap<>();
        for (int i = 0; i < layout.parameters().size(); i++) {
            ParameterLayout.Parameter parameter = layout.parameters().get(i);
            if (parameter.name().endsWith(".weight")) {
                List<Long> shape = parameter.shape();
                LinearShape one = new LinearShape(shape.get(1), shape.get(0), 1, i);
                byShape.merge(shape, one, (known, same) -> known.oncemore());
            }
        }
        return new ArrayList<>(byShape.values());
    }

    /** FLOPs of one such product with one row of x: a multiplication and an addition each. */
    public double flopsPerRow() {
        return 2.0 * in * out;
    }

    private LinearShape oncemore() {
        return new LinearShape(in, out, count + 1, parameter);
    }
}
