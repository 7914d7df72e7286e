package org.mfujmh.suite.process;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What happens when the suite is told to end before its end, by Ctrl-C or a signal: nothing more is
 * started, no process is left behind, and what was done and how to go on is told. SIGKILL leaves no
 * time for this; then {@link ParentWatch} ends the forks.
 */
public final class StopHook {

    /** A process that was just being started shows up late: the list is empty this often before it is believed. */
    private static final int LOOKS = 3;

    private static final long BETWEEN_LOOKS_MILLIS = 50;

    private final PrintStream progress;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private volatile Runnable farewell = () -> {};
    private volatile boolean armed = true;

    public StopHook(PrintStream progress) {
        this.progress = progress;
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "mfu-stop"));
    }

    /** From now on the person is told this much when the run is stopped. */
    public void tellWhenStopped(Runnable words) {
        farewell = words;
    }

    /** The run came to its own end: nothing needs to be told. */
    public void disarm() {
        armed = false;
    }

    /** Returns where the run goes on; never comes back where it is being stopped. */
    public void holdIfStopping() {
        while (stopping.get()) {
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException stillStopping) {
                // The process ends with its shutdown hooks; this thread has nothing left to do.
            }
        }
    }

    private void stop() {
        stopping.set(true);
        int empty = 0;
        while (empty < LOOKS) {
            List<ProcessHandle> left = ProcessHandle.current().descendants().toList();
            left.forEach(ProcessHandle::destroyForcibly);
            empty = left.isEmpty() ? empty + 1 : 0;
            pause();
        }
        if (armed) {
            farewell.run();
            progress.flush();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
        } catch (InterruptedException goOn) {
            // Nobody interrupts a hook; were it so, the looks only follow each other faster.
        }
    }
}
