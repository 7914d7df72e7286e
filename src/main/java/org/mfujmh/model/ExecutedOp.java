package org.mfujmh.model;

import java.util.Arrays;
import java.util.List;

/**
 * An operator that libtorch ran, as its profiler records it.
 *
 * @param operator with its namespace, e.g. {@code aten::addmm}
 * @param inputShapes the sizes of each input, in the order of the operator's arguments; empty for one
 *     that is no tensor, or a scalar
 */
public record ExecutedOp(String operator, List<List<Long>> inputShapes) {

    public ExecutedOp {
        inputShapes = inputShapes.stream().map(List::copyOf).toList();
    }

    /** An operator with these inputs. */
    public static ExecutedOp of(String operator, long[]... inputShapes) {
        return new ExecutedOp(
                operator,
                Arrays.stream(inputShapes)
                        .map(shape -> Arrays.stream(shape).boxed().toList())
                        .toList());
    }
}
