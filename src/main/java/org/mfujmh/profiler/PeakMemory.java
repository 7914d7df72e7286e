package org.mfujmh.profiler;

import org.mfujmh.device.memory.ResidentMemory;

/** Peak resident memory of this process since the last reset; known on Linux only. */
public final class PeakMemory {

    private static volatile double held = Double.NaN;
    private static volatile long highest;

    private PeakMemory() {}

    /** Resets the peak to the current resident memory, if the kernel permits it. */
    public static void reset() {
        held = Double.NaN;
        highest = 0;
        ResidentMemory.resetPeak();
    }

    /** Freezes the peak: memory used from now on until the next reset does not count towards the benchmark. */
    public static void hold() {
        held = read();
    }

    /** The peak in bytes, up to now or up to {@link #hold}; NaN if unknown. */
    public static double bytes() {
        double known = held;
        return Double.isNaN(known) ? read() : known;
    }

    /** Linux counts pages with a delay of up to about 64 per CPU, so its mark may decrease; this one never does. */
    private static double read() {
        highest = Math.max(highest, ResidentMemory.peakBytes());
        return highest == 0 ? Double.NaN : highest;
    }
}
