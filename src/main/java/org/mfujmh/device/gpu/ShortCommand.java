package org.mfujmh.device.gpu;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a program that should end quickly, with a timeout in case it does not. */
final class ShortCommand {
    private static final int MOST_BYTES = 1 << 20;

    private ShortCommand() {}

    /**
     * @param output standard output and error combined; complete only if {@code ended}
     */
    record CommandOutput(boolean ended, int exitCode, String output) {}

    /**
     * Runs a command in the C locale.
     *
     * @throws IOException if it cannot be started
     */
    static CommandOutput run(List<String> command, Duration timeout) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        CompletableFuture<String> output = read(process.getInputStream());
        boolean ended = false;
        try {
            long deadline = System.nanoTime() + timeout.toNanos();
            // The output ends only when the last process that holds it ends, so wait for both.
            String text = output.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            ended = process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            return new CommandOutput(ended, ended ? process.exitValue() : -1, text);
        } catch (TimeoutException hung) {
            return new CommandOutput(false, -1, "");
        } catch (ExecutionException unreadable) {
            throw new IOException("its output could not be read", unreadable);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        } finally {
            if (!ended) {
                // Not awaited: a process stuck in a broken driver cannot be killed.
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    /** Reads on a daemon thread, so that a program that never closes its output does not keep this one alive. */
    private static CompletableFuture<String> read(InputStream stream) {
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try (stream) {
                        byte[] bytes = stream.readNBytes(MOST_BYTES);
                        result.complete(new String(bytes, StandardCharsets.UTF_8));
                    } catch (IOException | RuntimeException e) {
                        result.completeExceptionally(e);
                    }
                },
                "output of a short command");
        reader.setDaemon(true);
        reader.start();
        return result;
    }
}
