package org.mfujmh.engine;

/**
 * A summary of a tensor that stays on its device.
 *
 * @param shape its shape
 * @param sumOfMagnitudes the sum of |x|, in fp64
 * @param notFinite how many of its numbers are NaN or infinite
 */
public record Checksum(java.util.List<Long> shape, double sumOfMagnitudes, long notFinite) {}
