package org.mfujmh.engine.installed;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.mfujmh.BadInput;

/**
 * The machine's C++ compiler.
 *
 * @param command its program, and arguments that always go first
 * @param version the first line of what {@code --version} prints
 */
record CppCompiler(List<String> command, String version) {
    private static final long TELL_EVERY_SECONDS = 15;
    private static final Pattern DISK_FULL = Pattern.compile("No space left on device|Disk quota exceeded");

    /** The compiler in CXX, else the first of g++, c++ and clang++. @throws BadInput if there is none */
    static CppCompiler find(Map<String, String> environment) {
        String named = environment.getOrDefault("CXX", "").strip();
        if (!named.isEmpty()) {
            List<String> command = List.of(named.split("\\s+"));
            return version(command)
                    .map(version -> new CppCompiler(command, version))
                    .orElseThrow(() -> new BadInput("CXX is \"" + named + "\", and `" + named + " --version` does"
                            + " not run. Point it at a C++ compiler, or unset it."));
        }
        for (String name : List.of("g++", "c++", "clang++")) {
            Optional<Path> program = TorchFinder.onPath(name, environment);
            if (program.isPresent()) {
                List<String> command = List.of(program.get().toString());
                Optional<String> version = version(command);
                if (version.isPresent()) {
                    return new CppCompiler(command, version.get());
                }
            }
        }
        throw new BadInput("There is no C++ compiler (g++, c++, clang++) on the PATH, and the JNI library for PyTorch"
                + " has to be compiled once. Install g++ 11 or newer, name a compiler by CXX, or give a library that was"
                + " compiled elsewhere by " + JniLibrary.GIVEN_VARIABLE + "=FILE.");
    }

    private static Optional<String> version(List<String> command) {
        List<String> asking = new ArrayList<>(command);
        asking.add("--version");
        try {
            Process process = new ProcessBuilder(asking)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0
                    ? Optional.of(said.lines().findFirst().orElse("").strip())
                    : Optional.empty();
        } catch (IOException noSuchProgram) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /**
     * Compiles, and reports progress every few seconds. Ctrl-C ends the compiler too.
     *
     * @param arguments all but the compiler itself
     * @param whenStopped what else to do where this process is stopped meanwhile, after the compiler is
     * @throws BadInput if it fails, with its first error
     */
    void compile(List<String> arguments, PrintStream progress, Runnable whenStopped) {
        List<String> all = new ArrayList<>(command);
        all.addAll(arguments);
        try {
            ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            Thread stopping = new Thread(() -> {
                end(process);
                whenStopped.run();
            });
            Runtime.getRuntime().addShutdownHook(stopping);
            try {
                process.getOutputStream().close();
                // Into memory: a disk that is full would lose the very line that says so.
                CompletableFuture<String> said = CompletableFuture.supplyAsync(() -> everything(process));
                await(process, progress);
                if (process.exitValue() != 0) {
                    throw new BadInput("The JNI library for PyTorch cannot be compiled by " + version + ": "
                            + inWords(said.join(), process.exitValue()));
                }
            } finally {
                end(process);
                forget(stopping);
            }
        } catch (IOException e) {
            throw new BadInput("The C++ compiler " + command.get(0) + " cannot be started: " + e.getMessage() + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the JNI library was compiled", e);
        }
    }

    private static String everything(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException closed) {
            return "";
        }
    }

    private static void await(Process process, PrintStream progress) throws InterruptedException {
        long start = System.nanoTime();
        while (!process.waitFor(TELL_EVERY_SECONDS, TimeUnit.SECONDS)) {
            progress.println("  still compiling, " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + " s");
        }
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }

    private static void forget(Thread stopping) {
        try {
            Runtime.getRuntime().removeShutdownHook(stopping);
        } catch (IllegalStateException stoppingAlready) {
            // Then it runs: nothing of what was compiled is to be used.
            LockSupport.park(stopping);
        }
    }

    /** The first error, and what helps. */
    private static String inWords(String said, int exitCode) {
        String error = firstError(said) + " (exit code " + exitCode + "). ";
        return DISK_FULL.matcher(error).find()
                ? error + "Name a folder with more space by " + CacheRoots.VARIABLE
                        + "=FOLDER, and by TMPDIR=FOLDER one for the compiler's own files."
                : error + "Try another compiler by CXX, g++ 11 or newer, or give a library that was compiled elsewhere"
                        + " by " + JniLibrary.GIVEN_VARIABLE + "=FILE.";
    }

    /** The line that says what went wrong: compilers quote where they were before it, and much after it. */
    static String firstError(String said) {
        return said.lines()
                .map(String::strip)
                .filter(line -> line.matches(".*(error: |undefined reference|cannot find|Killed|" + DISK_FULL + ").*"))
                .findFirst()
                .or(() -> said.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .findFirst())
                .orElse("it printed nothing");
    }
}
