package org.mfujmh.search;

import java.nio.ByteBuffer;
import org.mfujmh.Signals;

/**
 * Stands in for {@link PassProbe} in a child process, and fails there as probes fail: really, by the
 * system property {@code mfu.fault}, from batch 4 on. Below that it is {@link PassProbe}.
 */
public final class FaultyProbe {
    private static final int FROM = 4;

    private FaultyProbe() {}

    /** Main classes, one a fault: a child is started by nothing but its main class. */
    public static final class Bug {
        public static void main(String[] arguments) {
            fail(arguments, () -> {
                throw new IllegalStateException("planted: the shapes do not agree");
            });
        }
    }

    public static final class Killed {
        public static void main(String[] arguments) {
            fail(arguments, () -> Signals.send("KILL", ProcessHandle.current().pid()));
        }
    }

    public static final class Hanging {
        public static void main(String[] arguments) {
            fail(arguments, () -> {
                Thread.sleep(Long.MAX_VALUE);
                return "woke";
            });
        }
    }

    public static final class HeapTooSmall {
        public static void main(String[] arguments) {
            fail(arguments, () -> {
                long[][] held = new long[1 << 10][];
                for (int i = 0; i < held.length; i++) {
                    held[i] = new long[1 << 17];
                }
                return held;
            });
        }
    }

    public static final class DirectMemoryTooSmall {
        public static void main(String[] arguments) {
            fail(arguments, () -> {
                ByteBuffer[] held = new ByteBuffer[1 << 10];
                for (int i = 0; i < held.length; i++) {
                    held[i] = ByteBuffer.allocateDirect(1 << 24);
                }
                return held;
            });
        }
    }

    private interface Failure {
        Object happen() throws Exception;
    }

    private static void fail(String[] arguments, Failure failure) {
        if (Integer.parseInt(arguments[0]) < FROM) {
            PassProbe.main(arguments);
            return;
        }
        PassProbe.answer(() -> {
            Object instead = failure.happen();
            throw new AssertionError("The planted failure did not happen, but " + instead);
        });
    }
}
