package org.mfujmh.suite.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mfujmh.BadInput;
import org.mfujmh.search.OutOfMemorySigns;

/** Describes why a combination failed, from JMH's exception, the fork's exit code and its output. */
public final class FailureCause {
    private static final Pattern EXIT_CODE = Pattern.compile("exit code (\\d+)");
    private static final Pattern OUT_OF_MEMORY = Pattern.compile(
            "out of memory|DefaultCPUAllocator|ALLOC_FAILED|OutOfMemoryError", Pattern.CASE_INSENSITIVE);
    private static final Pattern TRIED_BYTES = Pattern.compile("tried to allocate (\\d+) bytes");

    /** Matches the lines in a dying process's output that say why: from C++, libtorch, the JVM's crash report. */
    private static final Pattern TELLING = Pattern.compile(
            "what\\(\\):|Error|^terminate called|SIG[A-Z]{3,5} \\(|EXCEPTION_[A-Z_]+ \\(|out of memory");

    private FailureCause() {}

    /**
     * The cause, as a sentence.
     *
     * @param failure the exception from JMH
     * @param said the last lines of output of the fork and JMH
     * @param kernelKills the number of out-of-memory kills by the kernel while the combination ran
     */
    public static String of(Throwable failure, Deque<String> said, long kernelKills) {
        return of(failure, said, kernelKills, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** @param temporary the temporary folder, in which JMH keeps what a fork prints */
    static String of(Throwable failure, Deque<String> said, long kernelKills, Path temporary) {
        if (Files.notExists(temporary)) {
            return "the temporary folder " + temporary + " (java.io.tmpdir) is gone. Make it again, or name another: "
                    + "MFU_JAVA_OPTS=-Djava.io.tmpdir=FOLDER";
        }
        List<String> reasons = new ArrayList<>();
        collect(failure, reasons);
        for (String text : reasons) {
            Matcher code = EXIT_CODE.matcher(text);
            if (code.find()) {
                return ended(Integer.parseInt(code.group(1)), said, kernelKills);
            }
        }
        String innermost = reasons.isEmpty() ? String.valueOf(failure.getMessage()) : reasons.get(reasons.size() - 1);
        boolean memory = OUT_OF_MEMORY.matcher(innermost).find()
                || OutOfMemorySigns.in(innermostMessage(failure)).isPresent();
        return memory ? outOfMemory(innermost) : innermost;
    }

    /** The number of out-of-memory kills by the kernel since boot; 0 if unknown. */
    public static long kernelKills() {
        try {
            return Files.readAllLines(Path.of("/proc/vmstat")).stream()
                    .filter(line -> line.startsWith("oom_kill "))
                    .mapToLong(line ->
                            Long.parseLong(line.substring("oom_kill ".length()).strip()))
                    .findFirst()
                    .orElse(0);
        } catch (IOException notLinux) {
            return 0;
        }
    }

    /** Collects the messages of an exception, its causes and suppressed exceptions, the innermost last. */
    private static void collect(Throwable problem, List<String> reasons) {
        if (problem == null) {
            return;
        }
        if (problem.getMessage() != null && !problem.getMessage().isBlank()) {
            reasons.add(line(problem));
        }
        for (Throwable suppressed : problem.getSuppressed()) {
            collect(suppressed, reasons);
        }
        collect(problem.getCause(), reasons);
    }

    /** The full message that {@link #collect} finds last. */
    private static String innermostMessage(Throwable problem) {
        String message = problem.getMessage();
        String found = message == null ? "" : message;
        for (Throwable suppressed : problem.getSuppressed()) {
            String inner = innermostMessage(suppressed);
            found = inner.isBlank() ? found : inner;
        }
        String inner = problem.getCause() == null ? "" : innermostMessage(problem.getCause());
        return inner.isBlank() ? found : inner;
    }

    /** The line of a message that names the error; TorchScript wraps it in a traceback. */
    private static String line(Throwable problem) {
        String message = problem.getMessage();
        List<String> lines = message.strip().lines().toList();
        String telling = message.contains("TorchScript interpreter")
                ? lines.stream()
                        .filter(line -> line.startsWith("RuntimeError: "))
                        .findFirst()
                        .orElse(lines.get(lines.size() - 1))
                : lines.get(0);
        // What a user can mend is a sentence by itself.
        return problem instanceof BadInput ? telling : problem.getClass().getSimpleName() + ": " + telling;
    }

    private static String outOfMemory(String message) {
        Matcher tried = TRIED_BYTES.matcher(message);
        String asked = tried.find()
                ? " (an allocation of %.1f GiB)".formatted(Double.parseDouble(tried.group(1)) / (1L << 30))
                : "";
        return "out of memory" + asked + ": choose a smaller batchSize, seqLen or model. The error was: "
                + OutOfMemorySigns.shortened(message);
    }

    private static String ended(int code, Deque<String> said, long kernelKills) {
        String meaning =
                switch (code) {
                    case 134 -> " (aborted: SIGABRT)";
                    case 137 ->
                        kernelKills > 0
                                ? " (killed by the kernel, out of memory: choose a smaller batchSize, seqLen or model)"
                                : " (killed: SIGKILL, by a user or by a container's memory limit)";
                    case 139 -> " (crashed: SIGSEGV)";
                    case 143 -> " (ended: SIGTERM)";
                    default -> "";
                };
        Optional<String> last =
                said.stream().filter(line -> TELLING.matcher(line).find()).reduce((first, second) -> second);
        return "its fork ended with exit code " + code + meaning
                + last.map(line -> "; its output says: " + line).orElse("");
    }
}
