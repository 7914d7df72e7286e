package org.mfujmh.suite.process;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Handles Ctrl-C and signals: nothing more is started, no process is left behind, and the progress and the resume
 * command are printed. After SIGKILL, {@link ParentWatch} ends the forks.
 */
public final class StopHook {

    /** How often the list of children must be empty in a row, since a process that is just starting appears late. */
    private static final int LOOKS = 3;

    private static final long BETWEEN_LOOKS_MILLIS = 50;
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final PrintStream progress;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CountDownLatch held = new CountDownLatch(1);
    private volatile boolean measuring;
    private final Optional<Supplier<String>> ofTheCommand;
    private final Runnable afterAll;
    private volatile Runnable farewell = () -> {};
    private volatile boolean armed = true;

    /**
     * @param ofTheCommand the message for when the run is stopped, if it is a part of a command that has one
     * @param afterAll what to do once no child of this process is left
     */
    public StopHook(PrintStream progress, Optional<Supplier<String>> ofTheCommand, Runnable afterAll) {
        this.progress = progress;
        this.afterAll = afterAll;
        this.ofTheCommand = ofTheCommand;
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "mfu-stop"));
    }

    /** Sets the message for when the run is stopped, if the command has none. */
    public void tellWhenStopped(Runnable words) {
        farewell = words;
    }

    /** The run has ended normally, so no message is needed. */
    public void disarm() {
        armed = false;
    }

    /**
     * Does the work after which a result is in the file. A stop that comes meanwhile ends the processes, and waits until
     * this returns or is held, before it says what is done.
     */
    public <T> T whileMeasuring(Supplier<T> work) {
        measuring = true;
        try {
            return work.get();
        } finally {
            measuring = false;
            holdIfStopping();
        }
    }

    /** Returns if the run continues; never returns if it is being stopped. */
    public void holdIfStopping() {
        while (stopping.get()) {
            held.countDown();
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException stillStopping) {
                // The process ends with its shutdown hooks; this thread has nothing left to do.
            }
        }
    }

    private void stop() {
        stopping.set(true);
        List<ProcessHandle> left = endAll(() -> ProcessHandle.current().descendants(), LONGEST);
        afterAll.run();
        if (!left.isEmpty()) {
            progress.println(cannotEnd(left));
        } else if (measuring) {
            awaitHeld();
        }
        if (armed) {
            ofTheCommand.ifPresentOrElse(words -> progress.println("\n" + words.get()), farewell);
        }
        progress.flush();
    }

    /**
     * Ends processes until there are none.
     *
     * @param living those that are alive now
     * @param longest how long to try: a process that is stuck in a driver cannot be ended
     * @return those that are still alive after that
     */
    static List<ProcessHandle> endAll(Supplier<Stream<ProcessHandle>> living, Duration longest) {
        long start = System.nanoTime();
        int empty = 0;
        List<ProcessHandle> left = List.of();
        while (empty < LOOKS && System.nanoTime() - start < longest.toNanos()) {
            left = living.get().toList();
            left.forEach(ProcessHandle::destroyForcibly);
            empty = left.isEmpty() ? empty + 1 : 0;
            pause();
        }
        return left;
    }

    /** What to tell about processes that do not end, as a sentence. */
    static String cannotEnd(List<ProcessHandle> left) {
        String pids = left.stream().map(one -> String.valueOf(one.pid())).collect(Collectors.joining(", "));
        return (left.size() == 1
                        ? "Process " + pids + " was killed and has"
                        : "Processes " + pids + " were killed and have")
                + " not ended, perhaps since a driver holds " + (left.size() == 1 ? "it" : "them")
                + ": memory and the GPU stay in use until then.";
    }

    /** Its processes have ended, so this is short, unless the file cannot be reached. */
    private void awaitHeld() {
        try {
            held.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException goOn) {
            // As in pause.
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
