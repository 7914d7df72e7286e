package org.mfujmh.model;

import java.util.Arrays;
import java.util.List;

/**
 * A parameter tensor.
 *
 * @param name where it stands, e.g. {@code blocks.0.norm1.scale}
 * @param shape its sizes, the slowest dimension first (row-major); a matrix is [out, in]
 * @param role what it is for
 * @param experts of how many experts it holds the numbers, one after the other; 1 for every other tensor
 * @param used how many of these a token passes through
 */
public record Tensor(String name, List<Long> shape, Role role, int experts, int used) {

    /** What a tensor is for; conventions of counting FLOPs differ in which roles they count. */
    public enum Role {
        TOKEN_EMBEDDING,
        POSITION_EMBEDDING,
        /** Multiplies tokens in a block. */
        MATRIX,
        BIAS,
        NORM_SCALE,
        NORM_SHIFT,
        /** A logit a head that has no value. */
        SINK,
        /** The output head, where it has a matrix of its own. */
        HEAD
    }

    public Tensor {
        shape = List.copyOf(shape);
    }

    static Tensor of(String name, Role role, long... shape) {
        return new Tensor(name, Arrays.stream(shape).boxed().toList(), role, 1, 1);
    }

    /** The same of so many experts, stacked in a dimension of its own. */
    static Tensor ofExperts(String name, Role role, int experts, int used, long... shape) {
        long[] stacked = new long[shape.length + 1];
        stacked[0] = experts;
        System.arraycopy(shape, 0, stacked, 1, shape.length);
        return new Tensor(name, Arrays.stream(stacked).boxed().toList(), role, experts, used);
    }

    /** How many numbers it has. */
    public long size() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** How many of them a token meets. */
    public long activeSize() {
        return size() / experts * used;
    }
}
