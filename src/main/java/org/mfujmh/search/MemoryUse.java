package org.mfujmh.search;

/**
 * The memory of a probe whose pass came to its end: of its process on a CPU, of the device on a GPU.
 *
 * @param startBytes in use when the pass began: weights, the batch, and the process itself
 * @param peakBytes the most since the process began: what is held against the limit
 * @param passPeakBytes the most during the pass: what grows with the batch
 * @param reservedBytes private addresses beyond what is resident, when the pass began
 * @param seconds that the pass took, cold
 */
public record MemoryUse(long startBytes, long peakBytes, long passPeakBytes, long reservedBytes, double seconds) {}
