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

/** Runs a program that should answer at once, and survives one that does not. */
final class ShortCommand {
    private static final int MOST_BYTES = 1 << 20;

    private ShortCommand() {}

    /** @param output standard output and error together; whole only where {@code ended} */
    record CommandOutput(boolean ended, int exitCode, String output) {}

    /**
     * Runs it in the C locale.
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
            // The output ends when the last process that holds it ends: wait for both.
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
                // Not waited for: a process stuck in a broken driver cannot be killed.
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    /** On a daemon thread, so that a program that never closes its output does not keep this one alive. */
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
