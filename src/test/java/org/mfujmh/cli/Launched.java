package org.mfujmh.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The command as a process of its own, as the launcher starts it: its exit code and what it printed. */
record Launched(int exitCode, String out, String err) {

    static Launched mfu(Path folder, Object... arguments) throws IOException, InterruptedException {
        return mfu(folder, Map.of(), List.of(), arguments);
    }

    /** The same within this process, which is quicker. */
    static Launched here(Object... arguments) {
        Ran ran = Ran.mfu(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return new Launched(ran.exitCode(), ran.out(), ran.err());
    }

    /**
     * @param folder the working directory
     * @param environment variables beside those of this process
     * @param jvm options of the JVM
     */
    static Launched mfu(Path folder, Map<String, String> environment, List<String> jvm, Object... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1"); // it ends before C2's code would pay
        command.add("-XX:+UseSerialGC");
        command.addAll(jvm);
        command.addAll(List.of(
                "-Djava.io.tmpdir=" + folder,
                "-Dai.djl.pytorch.num_threads=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.mfujmh.cli.Mfu"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(15, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("It did not end: " + Files.readString(err));
        }
        return new Launched(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    /** The one sentence of a user's mistake: exit code 2, no stack trace, no control character. */
    String sentence() {
        if (exitCode != 2
                || err.contains("\tat ")
                || err.strip().lines().count() != 1
                || err.matches("(?s).*[\\x00-\\x09\\x0b-\\x1f\\x7f\\u202e].*")) {
            throw new AssertionError("Exit code " + exitCode + ", standard error: " + err);
        }
        return err;
    }
}
