package org.mfujmh.suite.process;

import java.util.Optional;

/**
 * Ends this process when the one that started it ends, however that ended: JMH's forks outlive a
 * killed parent otherwise, and go on using the device that the next run measures.
 */
public final class ParentWatch {

    /** As a process killed by SIGKILL: nobody is left to read a finer answer. */
    private static final int KILLED = 137;

    private static final long POLL_MILLIS = 500;

    private ParentWatch() {}

    /** Watches from now on, for a process that has nothing to put in order: it ends at once. */
    public static void start() {
        start(() -> Runtime.getRuntime().halt(KILLED));
    }

    /**
     * The same for a process that knows who started it, and so sees too that its parent died before it came so far.
     *
     * @param starter the number of the process that started this one
     */
    static void start(long starter) {
        boolean orphaned = ProcessHandle.current()
                .parent()
                .filter(parent -> parent.pid() == starter)
                .isEmpty();
        if (orphaned) {
            Runtime.getRuntime().halt(KILLED);
        }
        start();
    }

    /** Watches from now on, for a process that has children to end and something to say: its shutdown hooks run. */
    public static void startOrderly() {
        start(() -> System.exit(KILLED));
    }

    /**
     * Asked again and again, whose child this is: a parent that is dead, but that nobody has waited for, is still a
     * process to {@link ProcessHandle#onExit}, while its children have been given to another one.
     */
    private static void start(Runnable end) {
        Optional<ProcessHandle> parent = ProcessHandle.current().parent();
        if (parent.isEmpty() || isNoStarter(parent.get())) {
            end.run();
            return;
        }
        Thread watch = new Thread(() -> watch(parent.get().pid(), end), "mfu-parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /** Orphans go to process 1. What starts processes here is a JVM, which in a container may have that number too. */
    private static boolean isNoStarter(ProcessHandle parent) {
        return parent.pid() == 1
                && parent.info()
                        .command()
                        .filter(command -> !command.endsWith("java") && !command.endsWith("java.exe"))
                        .isPresent();
    }

    private static void watch(long parent, Runnable end) {
        try {
            while (ProcessHandle.current()
                    .parent()
                    .filter(now -> now.pid() == parent)
                    .isPresent()) {
                Thread.sleep(POLL_MILLIS);
            }
            end.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
