package org.mfujmh;

import java.io.IOException;

/** Sends signals by bash's own {@code kill}: a bare Debian has no program of that name. */
public final class Signals {
    private Signals() {}

    /**
     * Sends it, and waits until that is done.
     *
     * @param signal such as {@code INT}
     * @param process its id; of a group of processes, the negative of its leader's
     * @return 0 if it was sent
     */
    public static int send(String signal, long process) throws IOException, InterruptedException {
        return new ProcessBuilder("bash", "-c", "kill -\"$0\" -- \"$1\"", signal, String.valueOf(process))
                .start()
                .waitFor();
    }
}
