package org.mfujmh.device.memory;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;

/** The C library's allocator, from which libtorch has its memory: glibc's can be told things, others are left alone. */
public final class Malloc {
    /** Of malloc.h. */
    private static final int M_TRIM_THRESHOLD = -1;

    private static final int M_TOP_PAD = -2;
    private static final int M_MMAP_THRESHOLD = -3;

    /** The largest threshold from which on memory is mapped: half of what a thread's arena grows by. */
    private static final int LARGEST = 32 << 20;

    /** Freeing so much, 64 KiB or more, is when glibc looks at the end of an arena. */
    private static final int GIVES_BACK = 128 << 10;

    private static boolean keeps;

    private Malloc() {}

    /**
     * Has freed memory of up to 32 MiB a piece kept for the next that asks, until {@link #trim}. Left to itself, glibc
     * gives the end of a thread's arena back as soon as it is free, and where in it a tensor lies is chance: one
     * process in two then pays 50,000 page faults a pass for what others have at hand.
     *
     * @return whether that is so now; false on another system or C library
     */
    public static synchronized boolean keepFreed() {
        keeps = option(M_MMAP_THRESHOLD, LARGEST)
                && option(M_TRIM_THRESHOLD, 2 * LARGEST)
                && option(M_TOP_PAD, LARGEST);
        return keeps;
    }

    /**
     * Gives what was freed back to the system: malloc_trim(3), and where it is kept what is free at the end of this
     * thread's arena, which that leaves alone. Nothing on another system or C library.
     */
    public static synchronized void trim() {
        if (!Platform.isLinux()) {
            return;
        }
        if (keeps && option(M_TRIM_THRESHOLD, 0) && option(M_TOP_PAD, 0)) {
            new Memory(GIVES_BACK).close();
            keepFreed();
        }
        try {
            Function.getFunction("c", "malloc_trim").invokeInt(new Object[] {new NativeLong(0)});
        } catch (LinkageError anotherLibrary) {
            // What was freed stays.
        }
    }

    private static boolean option(int name, int value) {
        if (!Platform.isLinux()) {
            return false;
        }
        try {
            return Function.getFunction("c", "mallopt").invokeInt(new Object[] {name, value}) == 1;
        } catch (LinkageError anotherLibrary) {
            return false;
        }
    }
}
