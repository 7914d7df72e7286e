package org.mfujmh.suite.process;

/** What to do if this process is shut down before {@link #close}. */
public final class OnShutdown implements AutoCloseable {
    private final Thread hook;

    private OnShutdown(Thread hook) {
        this.hook = hook;
    }

    /** @param name of the thread that does it */
    public static OnShutdown run(String name, Runnable action) {
        Thread hook = new Thread(action, name);
        Runtime.getRuntime().addShutdownHook(hook);
        return new OnShutdown(hook);
    }

    /** Forgets the action; without effect during a shutdown, which has already begun to run it. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The action runs.
        }
    }
}
