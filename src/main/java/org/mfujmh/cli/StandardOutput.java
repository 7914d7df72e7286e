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

/**
 * Standard output that remembers what became of it: Java's own swallows a full disk and a closed pipe, so that a
 * command whose result nobody has looks like one that went well.
 */
final class StandardOutput extends OutputStream {
    private final OutputStream out;
    private IOException trouble;

    private StandardOutput(OutputStream out) {
        this.out = out;
    }

    /** Puts one in the place of {@link System#out}. */
    static StandardOutput install() {
        StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        System.setOut(new PrintStream(new BufferedOutputStream(output, 1 << 13), true, charset()));
        return output;
    }

    /** As Java's own standard output has it: of the terminal, else of the locale. */
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
     * Ends it.
     *
     * @param code the command's exit code
     * @return the same, or 1 where the result did not get through and the command thinks that all is well
     */
    int end(int code) {
        System.out.flush();
        Optional<String> why = failure();
        why.ifPresent(reason -> System.err.println("mfu: standard output cannot be written: " + reason + "."));
        return why.isPresent() && code == 0 ? 1 : code;
    }

    /** Why it could not be written; empty where it could, or its reader had enough: {@code | head}. */
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
