package org.mfujmh.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mfujmh.ExitCode;

/**
 * Standard output that remembers write errors. Java's own swallows them, so that a command whose output was lost to a
 * full disk would look successful.
 */
final class StandardOutput extends OutputStream {
    private final OutputStream out;
    private IOException trouble;

    private StandardOutput(OutputStream out) {
        this.out = out;
    }

    /** Replaces {@link System#out}. */
    static StandardOutput install() {
        StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        System.setOut(new PrintStream(new BufferedOutputStream(output, 1 << 13), true, charset()));
        return output;
    }

    /** The charset of Java's own standard output: the terminal's, otherwise the locale's. */
    private static Charset charset() {
        for (String property : List.of("stdout.encoding", "sun.stdout.encoding")) {
            try {
                String name = System.getProperty(property);
                if (name != null) {
                    return Charset.forName(name);
                }
            } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
                // The next.
            }
        }
        return Charset.defaultCharset();
    }

    /**
     * Flushes the output and determines the exit code.
     *
     * @param code the command's exit code
     * @return the same, or 1 if the command succeeded but its output could not be written
     */
    int end(int code) {
        System.out.flush();
        Optional<String> why = failure();
        why.ifPresent(reason -> System.err.println("mfu: standard output cannot be written: " + reason + "."));
        return why.isPresent() && code == ExitCode.OK ? ExitCode.FAILED : code;
    }

    /**
     * Why the output could not be written; empty if it could, or if the reader closed the pipe, as {@code | head} does.
     */
    private Optional<String> failure() {
        String why = trouble == null ? "" : String.valueOf(trouble.getMessage());
        String lower = why.toLowerCase(Locale.ROOT);
        boolean readerLeft = lower.contains("broken pipe") || lower.contains("pipe is being closed");
        return trouble == null || readerLeft ? Optional.empty() : Optional.of(why);
    }

    @Override
    public synchronized void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) throws IOException {
        try {
            out.write(bytes, from, length);
        } catch (IOException e) {
            trouble = trouble == null ? e : trouble;
            throw e;
        }
    }

    @Override
    public synchronized void flush() throws IOException {
        out.flush();
    }
}
