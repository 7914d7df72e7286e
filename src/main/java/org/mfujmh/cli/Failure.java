package org.mfujmh.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.mfujmh.BadInput;
import org.mfujmh.CannotWrite;
import org.mfujmh.ExitCode;
import org.mfujmh.WholeFile;
import org.mfujmh.device.NativeFolder;
import org.mfujmh.engine.Torch;
import org.mfujmh.results.PlainText;

/**
 * Why a command failed, in one sentence: a mistake of the user, a problem of the machine, or a bug.
 *
 * @param sentence what happened and what to do
 * @param exitCode an {@link ExitCode}
 * @param thrown the exception behind it, for {@code --stacktrace}
 */
record Failure(String sentence, int exitCode, Throwable thrown) {

    static Failure of(Throwable thrown) {
        if (thrown instanceof BadInput) {
            return new Failure(thrown.getMessage(), ExitCode.BAD_INPUT, thrown);
        }
        if (thrown instanceof CannotWrite) {
            return new Failure(thrown.getMessage(), ExitCode.FAILED, thrown);
        }
        Optional<String> folder = NativeFolder.isSuspect(thrown)
                ? NativeFolder.trouble(List.of(NativeFolder.jna(), Torch.cache(), NativeFolder.temporary()))
                : Optional.empty();
        if (folder.isPresent()) {
            return new Failure(folder.get(), ExitCode.BAD_INPUT, thrown);
        }
        if (Torch.isPassedOver(thrown)) {
            return new Failure(Torch.whyNotLoaded(thrown), ExitCode.BAD_INPUT, thrown);
        }
        Throwable inner = innermost(thrown);
        if (inner instanceof OutOfMemoryError) {
            long heap = Runtime.getRuntime().maxMemory() >> 20;
            return new Failure(
                    "This JVM's heap of " + heap + " MB is too small. Set a larger one with MFU_JAVA_OPTS=-Xmx"
                            + 4 * heap + "m.",
                    ExitCode.FAILED,
                    thrown);
        }
        if (inner instanceof IOException io) {
            return new Failure(
                    "A file cannot be read or written: " + file(io) + WholeFile.why(io) + ".", ExitCode.FAILED, thrown);
        }
        return new Failure(
                "This is a bug: " + inner.getClass().getSimpleName() + ": " + said(inner)
                        + " Run the command again with --stacktrace and report the output.",
                ExitCode.FAILED,
                thrown);
    }

    private static String file(IOException e) {
        return e instanceof java.nio.file.FileSystemException of && of.getFile() != null
                ? PlainText.of(of.getFile()) + ": "
                : "";
    }

    private static String said(Throwable problem) {
        String message = problem.getMessage() == null
                ? ""
                : PlainText.of(problem.getMessage().strip());
        return message.isEmpty() || message.endsWith(".") ? message : message + ".";
    }

    private static Throwable innermost(Throwable thrown) {
        Throwable inner = thrown;
        while (inner.getCause() != null
                && (inner instanceof UncheckedIOException
                        || inner instanceof LinkageError
                        || inner instanceof RuntimeException)) {
            inner = inner.getCause();
        }
        return inner;
    }

    /** Prints the sentence and, on request, the stack trace; @return the exit code */
    int tell(PrintWriter err, String command, boolean stacktrace) {
        err.println(command + ": " + sentence);
        if (stacktrace) {
            thrown.printStackTrace(err);
        }
        err.flush();
        return exitCode;
    }

    /** The same, before the command line has been parsed. */
    int tell(PrintStream err, String command, boolean stacktrace) {
        err.println(command + ": " + sentence);
        if (stacktrace) {
            thrown.printStackTrace(err);
        }
        return exitCode;
    }
}
