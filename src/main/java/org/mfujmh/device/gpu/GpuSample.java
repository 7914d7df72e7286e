package org.mfujmh.device.gpu;

/**
 * Telemetry of a GPU at one moment; NaN for values that it does not report.
 *
 * @param smClockMhz clock of the multiprocessors
 * @param powerW power draw; on some cards an average over the last second
 * @param temperatureC temperature of the chip
 * @param throttled why the clock is lowered
 * @param memoryUsedBytes memory in use by all processes
 */
public record GpuSample(
        double smClockMhz, double powerW, double temperatureC, ThrottleReasons throttled, double memoryUsedBytes) {}
