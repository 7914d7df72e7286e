package org.mfujmh.suite.process;

import java.util.Optional;

/**
 * Ends this process when its parent ends for any reason. Otherwise JMH's forks outlive a killed parent and keep using
 * the device that the next run measures.
 */
public final class ParentWatch {

    /** The exit code of a process killed by SIGKILL; no parent is left to read it. */
    private static final int KILLED = 137;

    private static final long POLL_MILLIS = 500;

    private ParentWatch() {}

    /** Starts watching; this process is halted immediately when the parent ends. */
    public static void start() {
        start(() -> Runtime.getRuntime().halt(KILLED));
    }

    /**
     * The same for a process that knows its parent's id, and so notices if the parent died before this call.
     *
     * @param starter the process id of the parent
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

    /**
     * Starts watching; when the parent ends, this process exits with its shutdown hooks, so that it can end its
     * children and print messages.
     */
    public static void startOrderly() {
        start(() -> System.exit(KILLED));
    }

    /**
     * Polls the parent's id: a dead parent that has not been reaped is still a process to {@link ProcessHandle#onExit},
     * but its children have already been reparented.
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

    /** Orphans are reparented to process 1. In a container, the JVM that starts processes may itself be process 1. */
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
