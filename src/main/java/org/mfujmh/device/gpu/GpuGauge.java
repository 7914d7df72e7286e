package org.mfujmh.device.gpu;

/** What a GPU tells of itself at the moment it is asked. */
public interface GpuGauge {

    /** Clock, power, temperature, throttling and memory now; NaN for what it does not tell. */
    GpuSample sample();

    /** The energy that it has used since its driver was loaded, in joules; NaN where it does not count. */
    double energyJoules();
}
