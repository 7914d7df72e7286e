package org.mfujmh.bench;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Ends this process when the one that started it ends, however that ended: JMH's forks outlive a
 * killed parent otherwise, and go on using the device that the next run measures.
 */
public final class ParentWatch {

    /** As a process killed by SIGKILL: nobody is left to read a finer answer. */
    private static final int KILLED = 137;

    private ParentWatch() {}

    /** Watches from now on. */
    public static void start() {
        Optional<ProcessHandle> parent = ProcessHandle.current().parent();
        if (parent.isEmpty()) {
            Runtime.getRuntime().halt(KILLED);
            return;
        }
        CompletableFuture<Void> unused =
                parent.get().onExit().thenRun(() -> Runtime.getRuntime().halt(KILLED));
    }
}
