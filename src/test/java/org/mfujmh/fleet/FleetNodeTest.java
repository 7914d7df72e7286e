package org.mfujmh.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

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

    /** What a launcher in the place of ours was given. */
    private List<String> started(Map<String, String> environment, String... options) throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        program(bin.resolve("nvidia-smi"), "echo GPU-1");
        Path launcher = program(
                folder.resolve("mfu"), "echo \"torch=${MFU_TORCH:-} $* on $CUDA_VISIBLE_DEVICES\" >> '" + log() + "'");
        Files.deleteIfExists(log());
        List<String> command = new ArrayList<>(
                List.of("scripts/fleet-node", folder.resolve("shared").toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("MFU_TORCH");
        builder.environment().remove("MFU_MAVEN");
        builder.environment()
                .putAll(Map.of("PATH", bin + ":" + System.getenv("PATH"), "MFU", launcher.toString(), "MFU_NODE", "n"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return Files.readAllLines(log());
    }

    private Path log() {
        return folder.resolve("started");
    }

    private static Path program(Path file, String line) throws Exception {
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
