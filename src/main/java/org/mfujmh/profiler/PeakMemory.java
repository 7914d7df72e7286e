package org.mfujmh.profiler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The most memory this process ever had resident since it was last reset; known on Linux only. */
public final class PeakMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    private static volatile double held = Double.NaN;

    private PeakMemory() {}

    /** Starts anew from what is resident now (proc(5): 5 written to clear_refs), where the kernel lets us. */
    public static void reset() {
        held = Double.NaN;
        try {
            Files.writeString(CLEAR, "5");
        } catch (IOException notHere) {
            // Another system, or a sealed /proc: the mark then counts from the start of the process.
        }
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

    /** VmHWM. */
    private static double read() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException notHere) {
            return Double.NaN;
        }
    }
}
