package org.mfujmh.profiler;

import org.mfujmh.device.ResidentMemory;

/** The most memory this process ever had resident since it was last reset; known on Linux only. */
public final class PeakMemory {

    private PeakMemory() {}

    /** Starts anew from what is resident now, where the kernel lets us. */
    public static void reset() {
        ResidentMemory.resetPeak();
    }

    /** The high-water mark in bytes, VmHWM; NaN where the system does not tell. */
    public static double bytes() {
        long peak = ResidentMemory.peakBytes();
        return peak == 0 ? Double.NaN : peak;
    }
}
