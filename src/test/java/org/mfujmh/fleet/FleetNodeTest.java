package org.mfujmh.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mfujmh.Signals;

/** How {@code scripts/fleet-node} starts the suite on a node with a GPU. */
@EnabledOnOs(OS.LINUX)
class FleetNodeTest {
    @TempDir
    Path folder;

    @Test
    void aGpuIsMeasuredOnTheInstalledPyTorchUnlessAnotherIsNamed() throws Exception {
        assertThat(started(Map.of(), "-p", "batchSize=8"))
                .containsExactly("torch=auto bench --resume -rff " + folder.resolve("shared/n-gpu0.json")
                        + " -p device=cuda:0 -p batchSize=8 on GPU-1");
        assertThat(started(Map.of("MFU_TORCH", "/venv")))
                .singleElement()
                .asString()
                .startsWith("torch=/venv bench");
        assertThat(started(Map.of(), "--torch=/venv"))
                .singleElement()
                .asString()
                .startsWith("torch= bench");
        assertThat(started(Map.of(), "--torch", "/venv"))
                .singleElement()
                .asString()
                .startsWith("torch= bench");
    }

    @Test
    void aCudaBuildHasItsOwn() throws Exception {
        assertThat(started(Map.of("MFU_MAVEN", "-Dgpu")))
                .singleElement()
                .asString()
                .startsWith("torch= bench");
        Files.createDirectories(folder.resolve("lib"));
        Files.writeString(folder.resolve("lib/pytorch-native-cu124-2.5.1-linux-x86_64.jar"), "");
        assertThat(started(Map.of())).singleElement().asString().startsWith("torch= bench");
    }

    /** The script alone gets the signal, as from a scheduler. A suite that it left would hold the device. */
    @ParameterizedTest
    @CsvSource({"TERM, 0, 143", "TERM, 1, 143", "INT, 1, 130", "HUP, 0, 129"})
    void aSuiteEndsBeforeTheScriptThatIsStopped(String signal, String atOnce, int exitCode) throws Exception {
        String suite = "trap 'echo ended >> \"$0.log\"; exit 0' TERM; echo begun >> \"$0.log\"; i=0\n"
                + "while [ $i -lt 600 ]; do sleep 0.1; i=$((i + 1)); done";
        Process node = start("echo GPU-1; echo GPU-2", suite, Map.of("MFU_AT_ONCE", atOnce));
        List<String> begun = Collections.nCopies(atOnce.equals("1") ? 2 : 1, "begun");
        while (node.isAlive()
                && !(Files.exists(log()) && Files.readAllLines(log()).equals(begun))) {
            Thread.sleep(20);
        }
        Signals.send(signal, node.pid());
        assertThat(node.waitFor()).isEqualTo(exitCode);
        List<String> all = new ArrayList<>(begun);
        begun.forEach(one -> all.add("ended"));
        assertThat(Files.readAllLines(log())).isEqualTo(all);
    }

    /** What a launcher in the place of ours was given. */
    private List<String> started(Map<String, String> environment, String... options) throws Exception {
        Files.deleteIfExists(log());
        Process process = start(
                "echo GPU-1",
                "echo \"torch=${MFU_TORCH:-} $* on $CUDA_VISIBLE_DEVICES\" >> \"$0.log\"",
                environment,
                options);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return Files.readAllLines(log());
    }

    /** With these in the places of nvidia-smi and of our launcher. */
    private Process start(String smi, String suite, Map<String, String> environment, String... options)
            throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        program(bin.resolve("nvidia-smi"), smi);
        Path launcher = program(folder.resolve("mfu"), suite);
        // A build in the background is deaf to INT, and so would be all that it starts.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                "scripts/fleet-node",
                folder.resolve("shared").toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("MFU_TORCH");
        builder.environment().remove("MFU_MAVEN");
        builder.environment()
                .putAll(Map.of("PATH", bin + ":" + System.getenv("PATH"), "MFU", launcher.toString(), "MFU_NODE", "n"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Path log() {
        return folder.resolve("mfu.log");
    }

    private static Path program(Path file, String line) throws Exception {
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
