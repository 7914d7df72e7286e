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

    /** Watches from now on, for a process that has nothing to put in order: it ends at once. */
    public static void start() {
        start(() -> Runtime.getRuntime().halt(KILLED));
    }

    /** Watches from now on, for a process that has children to end and something to say: its shutdown hooks run. */
    static void startOrderly() {
        start(() -> System.exit(KILLED));
    }

    private static void start(Runnable end) {
        Optional<ProcessHandle> parent = ProcessHandle.current().parent();
        if (parent.isEmpty()) {
            end.run();
            return;
        }
        CompletableFuture<Void> unused = parent.get().onExit().thenRun(end);
    }
}
