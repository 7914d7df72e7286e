package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.Signals;

/** {@code mfu max-batch} as a user starts it. */
@EnabledOnOs(OS.LINUX)
class MaxBatchCommandIT {
    private static final String[] TINY = {
        "max-batch", "--model", "gpt-tiny", "--seq", "64", "--gemm", "native", "--dtype", "fp32"
    };

    @TempDir
    private Path folder;

    private Process start(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                // A shell that starts tests in the background leaves them SIGINT ignored.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + folder,
                "-Dai.djl.pytorch.num_threads=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.mfujmh.cli.Mfu"));
        command.addAll(List.of(TINY));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private String said(String stream) throws IOException {
        return Files.readString(folder.resolve(stream));
    }

    @Test
    void aModelThatCannotFitIsRefusedBeforeAnythingIsDrawn() throws Exception {
        Process process = start("--pass", "forward-backward", "--memory-limit", "1MiB");
        assertThat(process.waitFor(15, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        // 2 x 4 x 136,960 bytes are 1.045 MiB
        assertThat(said("err").lines())
                .singleElement()
                .asString()
                .contains("gpt-tiny needs at least 1.0 MiB for its weights and gradients in fp32", "there are 1.0 MiB");
        assertThat(said("out")).isEmpty();
    }

    @Test
    void itPrintsTheAnswerAsJsonOnStandardOutputAlone() throws Exception {
        Process process = start("--memory-limit", "700MiB", "--format", "json");
        assertThat(process.waitFor(15, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said("err")).isZero();
        JsonNode json = new ObjectMapper().readTree(said("out"));
        assertThat(json.get("limit_bytes").asLong()).isEqualTo(700L << 20);
        int largest = json.get("max_batch").asInt();
        List<String> verdicts = new ArrayList<>();
        json.get("probes")
                .forEach(probe -> verdicts.add(
                        probe.get("batch").asInt() + " " + probe.get("fits").asBoolean()));
        assertThat(verdicts).contains(largest + " true", largest + 1 + " false");
        assertThat(said("err")).containsPattern("Batch size 1: [0-9.]+e\\+0[0-9] FLOPs, .* MiB, .* s: fits");
    }

    @Test
    void aLimitBelowBatchOneIsBadInputAndSaysWhatItNeeds() throws Exception {
        Process process = start("--memory-limit", "50MiB");
        assertThat(process.waitFor(15, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(said("err")).containsPattern("batch 1 needs [0-9.]+ MiB").doesNotContain("\tat ");
        assertThat(said("out")).isEmpty();
    }

    @Test
    void afterControlCNoProbeIsLeftAndWhatWasLearntIsPrinted() throws Exception {
        Process process = start("--memory-limit", "900MiB");
        await(() -> said("err").contains("Batch size 1:") && said("err").contains("probe 2"));
        await(() -> process.descendants().anyMatch(MaxBatchCommandIT::isProbe));
        List<ProcessHandle> probes =
                process.descendants().filter(MaxBatchCommandIT::isProbe).toList();
        Signals.send("INT", process.pid());
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(said("err")).contains("Interrupted after 1 probe").contains("Batch 1 fits.");
        await(() -> probes.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void aProbeEndsWithACommandThatIsKilledOutright() throws Exception {
        Process process = start("--memory-limit", "900MiB");
        await(() -> said("err").contains("probe 2"));
        await(() -> process.descendants().anyMatch(MaxBatchCommandIT::isProbe));
        List<ProcessHandle> probes =
                process.descendants().filter(MaxBatchCommandIT::isProbe).toList();
        process.destroyForcibly();
        await(() -> probes.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** ProcessHandle leaves out a command line of more than a page, as a class path makes it. */
    private static boolean isProbe(ProcessHandle handle) {
        try {
            return Files.readString(Path.of("/proc/" + handle.pid() + "/cmdline"))
                    .contains("search.PassProbe");
        } catch (IOException endedMeanwhile) {
            return false;
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Waited 90 s in vain");
            }
            Thread.sleep(20);
        }
    }
}
