package org.mfujmh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a program that should end quickly, with a timeout in case it does not. */
public final class ShortCommand {
    private static final int MOST_BYTES = 1 << 20;

    private ShortCommand() {}

    /**
     * @param output standard output, with standard error if the two were combined, at most 1 MiB; complete only if
     *     {@code ended}
     */
    public record CommandOutput(boolean ended, int exitCode, String output) {}

    /**
     * Runs a command in the C locale.
     *
     * @throws IOException if it cannot be started
     */
    public static CommandOutput run(List<String> command, Duration timeout) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        return run(builder, "", timeout);
    }

    /**
     * Runs a command as the builder says, whose output is not redirected.
     *
     * @param input what it reads
     * @throws IOException if it cannot be started
     */
    public static CommandOutput run(ProcessBuilder builder, String input, Duration timeout) throws IOException {
        Process process = builder.start();
        write(input, process.getOutputStream());
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

    /** Writes on a daemon thread, so that a program that does not read does not hold up this one. */
    private static void write(String input, OutputStream stream) {
        Thread writer = new Thread(
                () -> {
                    try (stream) {
                        stream.write(input.getBytes(StandardCharsets.UTF_8));
                    } catch (IOException doesNotRead) {
                        // Its exit code says whether that matters.
                    }
                },
                "input of a short command");
        writer.setDaemon(true);
        writer.start();
    }

    /** Reads on a daemon thread, so that a program that never closes its output does not keep this one alive. */
    private static CompletableFuture<String> read(InputStream stream) {
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try (stream) {
                        byte[] bytes = stream.readNBytes(MOST_BYTES);
                        stream.transferTo(OutputStream.nullOutputStream());
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
