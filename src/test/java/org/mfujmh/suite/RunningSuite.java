package org.mfujmh.suite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code mfu bench} as a process of its own, with a folder and a lock of its own. */
public final class RunningSuite {
    private static final Pattern VERSION = Pattern.compile("-Dmfu\\.torch=([^\\x00]+)");

    private final Process process;
    private final Path out;
    private final Path err;

    private RunningSuite(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    public static RunningSuite start(Path folder, String... arguments) throws IOException {
        return start(folder, command(folder, arguments));
    }

    public static RunningSuite start(Path folder, Map<String, String> environment, String... arguments)
            throws IOException {
        return start(folder, environment, command(folder, arguments));
    }

    public static RunningSuite start(
            Path folder, Map<String, String> environment, String classPath, String... arguments) throws IOException {
        List<String> command = command(folder, arguments);
        command.set(command.indexOf("-cp") + 1, classPath);
        return start(folder, environment, command);
    }

    public static RunningSuite start(Path folder, List<String> command) throws IOException {
        return start(folder, Map.of(), command);
    }

    private static RunningSuite start(Path folder, Map<String, String> environment, List<String> command)
            throws IOException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        return new RunningSuite(builder.start(), out, err);
    }

    /** Forks end before C2's code would pay, too; unless a test gives them options of its own. */
    private static final List<String> OF_FORKS = List.of("-jvmArgsAppend", "-XX:TieredStopAtLevel=1");

    public static List<String> command(Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // it waits for its forks, and ends before C2's code would pay
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + folder,
                "-Dai.djl.pytorch.num_threads=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.mfujmh.cli.Mfu",
                "bench"));
        command.addAll(List.of(arguments));
        if (arguments.length > 0 && Stream.of(arguments).noneMatch(Set.of("-jvmArgsAppend", "--args")::contains)) {
            command.addAll(OF_FORKS);
        }
        return command;
    }

    /** Its exit code. */
    public int end() throws InterruptedException {
        if (!process.waitFor(15, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("The suite did not end: " + err());
        }
        return process.exitValue();
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** A process of a fork, once there is one. */
    public ProcessHandle fork() throws InterruptedException {
        await(() -> process.descendants().anyMatch(RunningSuite::isFork));
        return process.descendants().filter(RunningSuite::isFork).findFirst().orElseThrow();
    }

    /** Until its end: the libtorch_cpu.so that forks have mapped, by the version that they record. */
    Map<String, Set<String>> libtorchOfForks() throws InterruptedException {
        Map<String, Set<String>> mapped = new TreeMap<>();
        while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
            process.descendants().filter(RunningSuite::isFork).forEach(fork -> {
                try {
                    Path proc = Path.of("/proc/" + fork.pid());
                    Matcher version = VERSION.matcher(Files.readString(proc.resolve("cmdline")));
                    if (version.find()) {
                        Files.readAllLines(proc.resolve("maps")).stream()
                                .filter(line -> line.endsWith("/libtorch_cpu.so"))
                                .forEach(line -> mapped.computeIfAbsent(version.group(1), any -> new TreeSet<>())
                                        .add(line.substring(line.indexOf('/'))));
                    }
                } catch (IOException | UncheckedIOException endedMeanwhile) {
                    // Another look at another fork follows.
                }
            });
        }
        return mapped;
    }

    /** ProcessHandle leaves out a command line of more than a page, as a class path makes it. */
    private static boolean isFork(ProcessHandle handle) {
        try {
            return Files.readString(Path.of("/proc/" + handle.pid() + "/cmdline"))
                    .contains("ForkedMain");
        } catch (IOException endedMeanwhile) {
            return false;
        }
    }

    public static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Waited 90 s in vain");
            }
            Thread.sleep(50);
        }
    }

    public String out() {
        return text(out);
    }

    public String err() {
        return text(err);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
