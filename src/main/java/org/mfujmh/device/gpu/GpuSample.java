package org.mfujmh.device.gpu;

/**
 * A GPU at one moment; NaN for what it does not tell.
 *
 * @param smClockMhz of the multiprocessors
 * @param powerW drawn; on some cards an average over the last second
 * @param temperatureC of the chip
 * @param throttled what holds its clock down
 * @param memoryUsedBytes by all processes
 */
public record GpuSample(
        double smClockMhz, double powerW, double temperatureC, ThrottleReasons throttled, double memoryUsedBytes) {}
