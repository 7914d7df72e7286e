package org.mfujmh.profiler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The most memory this process ever had resident since it was last reset; known on Linux only. */
public final class PeakMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    private PeakMemory() {}

    /** Starts anew from what is resident now (proc(5): 5 written to clear_refs), where the kernel lets us. */
    public static void reset() {
        try {
            Files.writeString(CLEAR, "5");
        } catch (IOException notHere) {
            // Another system, or a sealed /proc: the mark then counts from the start of the process.
        }
    }

    /** The high-water mark in bytes, VmHWM; NaN where the system does not tell. */
    public static double bytes() {
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
