package org.mfujmh.flops.executed;

import java.math.BigInteger;

/**
 * A term of the closed form compared with what ran. A trace does not distinguish products of one shape
 * (query, key, value and projection all are d x d), so they share a line.
 *
 * @param name the products of this shape, e.g. {@code mlp up, mlp down dX}; empty for one that the
 *     closed form does not have
 * @param shape the matrices
 * @param expectedCalls as the closed form has it
 * @param executedCalls as recorded
 * @param expected FLOPs of the closed form, full square
 * @param executed FLOPs that ran
 * @param explained whether what ran is what should have: the same calls of the same shape. Fused
 *     attention may differ in FLOPs and yet be explained
 * @param explanation where the FLOPs differ, why
 */
public record ExecutedTerm(
        String name,
        String shape,
        long expectedCalls,
        long executedCalls,
        BigInteger expected,
        BigInteger executed,
        boolean explained,
        String explanation) {}
