package org.mfujmh.device.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mfujmh.device.SystemFile;

/** The resident memory of this process on Linux (proc(5)); 0 on other systems. */
public final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");
    private static final int KIB = 1024;

    private ResidentMemory() {}

    /** Bytes resident now. */
    public static long bytes() {
        return field("VmRSS:");
    }

    /** The high-water mark: peak resident bytes since the process began, or since {@link #resetPeak}. */
    public static long peakBytes() {
        return field("VmHWM:");
    }

    /** Private writable address space, touched or not, as counted by RLIMIT_DATA. */
    public static long dataBytes() {
        return field("VmData:");
    }

    /** Resets the high-water mark to the current resident memory (writes 5 to clear_refs), if the kernel permits it. */
    public static void resetPeak() {
        try {
            Files.writeString(CLEAR_REFS, "5");
        } catch (IOException sealed) {
            // Another system or a read-only /proc: the mark counts from the start of the process.
        }
    }

    /**
     * Returns freed memory to the system: Java's garbage, if the heap can shrink (a collector that uncommits, and a
     * small {@code -Xms}), and freed native memory ({@link Malloc#trim}). Otherwise a process looks as large as it ever
     * was.
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
