package org.mfujmh.device.gpu;

/** The current telemetry of a GPU. */
public interface GpuGauge {

    /** Current clock, power, temperature, throttling and memory; NaN for values that it does not report. */
    GpuSample sample();

    /** Energy used since the driver was loaded, in joules; NaN if the GPU has no energy counter. */
    double energyJoules();
}
