package org.mfujmh.device.memory;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;

/** Settings of the C library's allocator, which libtorch uses. Only glibc is supported; others are left unchanged. */
public final class Malloc {
    /** Constants from malloc.h. */
    private static final int M_TRIM_THRESHOLD = -1;

    private static final int M_TOP_PAD = -2;
    private static final int M_MMAP_THRESHOLD = -3;

    /** The largest mmap threshold: half of the size by which a thread's arena grows. */
    private static final int LARGEST = 32 << 20;

    /** Freeing this much (at least 64 KiB) makes glibc trim the end of an arena. */
    private static final int GIVES_BACK = 128 << 10;

    private static boolean keeps;

    private Malloc() {}

    /**
     * Makes glibc keep freed blocks of up to 32 MiB for reuse, until {@link #trim}. By default glibc returns the end of
     * a thread's arena as soon as it is free, and the position of a tensor in it is random: every second process then
     * has 50,000 extra page faults per pass.
     *
     * @return whether this took effect; false on another system or C library
     */
    public static synchronized boolean keepFreed() {
        keeps = option(M_MMAP_THRESHOLD, LARGEST)
                && option(M_TRIM_THRESHOLD, 2 * LARGEST)
                && option(M_TOP_PAD, LARGEST);
        return keeps;
    }

    /**
     * Returns freed memory to the system with malloc_trim(3) and, after {@link #keepFreed}, also the free end of this
     * thread's arena, which malloc_trim does not return. Does nothing on another system or C library.
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
            // Freed memory is not returned.
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
