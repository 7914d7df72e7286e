package org.mfujmh.suite.process;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Handles Ctrl-C and signals: nothing more is started, no process is left behind, and the progress and the resume
 * command are printed. After SIGKILL, {@link ParentWatch} ends the forks.
 */
public final class StopHook {

    /** How often the list of children must be empty in a row, since a process that is just starting appears late. */
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

    /** Sets the message for when the run is stopped. */
    public void tellWhenStopped(Runnable words) {
        farewell = words;
    }

    /** The run has ended normally, so no message is needed. */
    public void disarm() {
        armed = false;
    }

    /** Returns if the run continues; never returns if it is being stopped. */
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
            // A hook is never interrupted; if it were, polling would only be faster.
        }
    }
}
