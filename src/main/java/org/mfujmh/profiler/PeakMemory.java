package org.mfujmh.profiler;

import org.mfujmh.device.memory.ResidentMemory;

/** The most memory this process ever had resident since it was last reset; known on Linux only. */
public final class PeakMemory {

    private static volatile double held = Double.NaN;
    private static volatile long highest;

    private PeakMemory() {}

    /** Starts anew from what is resident now, where the kernel lets us. */
    public static void reset() {
        held = Double.NaN;
        highest = 0;
        ResidentMemory.resetPeak();
    }

    /** Ends what counts: whatever this process needs from now on, until the next reset, is not the benchmark's. */
    public static void hold() {
        held = read();
    }

    /** The high-water mark in bytes, until it was held or now; NaN where the system does not tell. */
    public static double bytes() {
        double known = held;
        return Double.isNaN(known) ? read() : known;
    }

    /** Linux counts pages late, by up to some 64 a CPU: its mark may read lower than before, this one does not. */
    private static double read() {
        highest = Math.max(highest, ResidentMemory.peakBytes());
        return highest == 0 ? Double.NaN : highest;
    }
}
