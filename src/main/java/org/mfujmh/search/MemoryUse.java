package org.mfujmh.search;

/**
 * The memory of a probe whose pass completed: of its process on a CPU, of the device on a GPU.
 *
 * @param startBytes in use when the pass began: weights, the batch, and the process itself
 * @param peakBytes the peak since the process began, which is compared with the limit
 * @param passPeakBytes the peak during the pass, which grows with the batch
 * @param reservedBytes private address space beyond the resident memory when the pass began
 * @param seconds duration of the pass, cold
 */
public record MemoryUse(long startBytes, long peakBytes, long passPeakBytes, long reservedBytes, double seconds) {}
