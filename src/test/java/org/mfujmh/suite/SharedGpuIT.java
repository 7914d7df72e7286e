package org.mfujmh.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two suites on one GPU: real suites, real forks, a real nvidia-smi process. Made up are two things: what that
 * nvidia-smi prints, and that libtorch has a CUDA device.
 */
@EnabledOnOs(OS.LINUX)
class SharedGpuIT {
    @TempDir
    private Path folder;

    @Test
    void twoSuitesOnOneGpuAreNoticedAndSaid() throws Exception {
        Path fork = folder.resolve("fork-throwInSecondFork");
        Path smi = Files.writeString(folder.resolve("nvidia-smi"), """
                #!/bin/sh
                case "$*" in
                --query-gpu=*) echo '0, NVIDIA L40S, GPU-5d5b, 550.54.15, 46068, 4, 2520, 210, 9001, 405, 350.00, Disabled';;
                --query-compute-apps=*) pid=$(cat %s) && kill -0 $pid && echo "GPU-5d5b, $pid, java, 5000" || true;;
                esac 2>/dev/null
                """.formatted(fork));
        assertThat(smi.toFile().setExecutable(true)).isTrue();
        // The first suite's fork writes its process into a file, by which it is the one that uses the GPU.
        RunningSuite first = suite(
                "first", "-r", "120s", "-p", "fault=throwInSecondFork", "-p", "marker=" + folder.resolve("fork-"));
        try {
            RunningSuite.await(() -> Files.exists(fork) && fork.toFile().length() > 0);
            String pid = Files.readString(fork).strip();
            RunningSuite second = suite("second", "-r", "50ms", "-p", "fault=none");
            assertThat(second.end()).as(second.err()).isZero();

            String note = "Note: GPU 0 (NVIDIA L40S) is also used by process " + pid + " (java, 5000 MiB)";
            assertThat(second.err()).contains("Device: cuda:0, NVIDIA L40S");
            // Before the first combination and after it.
            assertThat(second.err().split(Pattern.quote(note), -1)).hasSize(3);
            assertThat(first.err()).contains("Device: cuda:0, NVIDIA L40S").doesNotContain("also used");
        } finally {
            first.handle().descendants().forEach(ProcessHandle::destroyForcibly);
            first.handle().destroyForcibly();
        }
    }

    /** As in a container of its own: with a temporary folder, and so a lock, of its own. */
    private RunningSuite suite(String name, String... arguments) throws Exception {
        Path own = Files.createDirectories(folder.resolve(name));
        List<String> all = new ArrayList<>(List.of("FaultyBenchmark", "-f", "1", "-wi", "0", "-i", "1"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("-rff", own.resolve("r.json").toString()));
        String whole = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return RunningSuite.start(
                own,
                Map.of("PATH", folder + ":" + System.getenv("PATH")),
                cudaTorch() + ":" + whole,
                all.toArray(String[]::new));
    }

    /** A class path element by which libtorch says that it has a CUDA device, and does nothing else. */
    private Path cudaTorch() throws Exception {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        Path source = Files.writeString(folder.resolve("Torch.java"), """
                package org.mfujmh.engine;

                public final class Torch {
                    public static String whyNotLoaded(Throwable thrown) { return thrown.toString(); }
                    public static String version() { return "2.7.1"; }
                    public static String djlVersion() { return "0.36.0"; }
                    public static int threads() { return 1; }
                    public static String defaultDevice() { return "cuda:0"; }
                    public static void requireDeviceName(String name) {}
                    public static void requireDevice(String name) {}
                }
                """);
        int failed =
                ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", classes.toString(), source.toString());
        assertThat(failed).isZero();
        return classes;
    }
}
