package org.mfujmh.memory;

import java.util.List;

/** The buffer of the logits, within which a handwritten forward pass keeps other buffers: {@code alias} of handwritten_cpu.py. */
final class LogitsBuffer {
    private LogitsBuffer() {}

    /**
     * Bytes of those buffers that do not fit into it, taken in their order.
     *
     * @param numbers of each buffer
     * @param width bytes of a number
     * @param free bytes of the logits; 0: nothing is kept within them
     */
    static long outside(List<Long> numbers, long width, long free) {
        long left = free;
        long outside = 0;
        for (long each : numbers) {
            if (each * width <= left) {
                left -= each * width;
            } else {
                outside = Math.addExact(outside, each * width);
            }
        }
        return outside;
    }
}
