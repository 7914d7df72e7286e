package org.mfujmh.device.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mfujmh.device.SystemFile;

/** What of this process is in memory, as Linux tells it (proc(5)): 0 on another system. */
public final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");
    private static final int KIB = 1024;

    private ResidentMemory() {}

    /** Bytes resident now. */
    public static long bytes() {
        return field("VmRSS:");
    }

    /** The high-water mark: the most bytes resident since the process began, or since {@link #resetPeak}. */
    public static long peakBytes() {
        return field("VmHWM:");
    }

    /** Private and writable addresses, touched or not: what RLIMIT_DATA counts. */
    public static long dataBytes() {
        return field("VmData:");
    }

    /** Starts the mark anew from what is resident now (5 written to clear_refs), where the kernel lets us. */
    public static void resetPeak() {
        try {
            Files.writeString(CLEAR_REFS, "5");
        } catch (IOException sealed) {
            // Another system, or a sealed /proc: the mark then counts from the start of the process.
        }
    }

    /**
     * Gives what was freed back to the system: Java's garbage, where the heap may shrink (a collector that uncommits, and
     * a small {@code -Xms}), and what was freed natively ({@link Malloc#trim}). Without it a process looks as large as
     * whatever it once did.
     */
    public static void release() {
        System.gc();
        Malloc.trim();
    }

    private static long field(String name) {
        return SystemFile.lines(STATUS).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> KIB * Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }
}
