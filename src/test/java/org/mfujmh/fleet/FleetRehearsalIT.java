package org.mfujmh.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.Signals;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;

/**
 * A fleet on one machine: {@code scripts/fleet-node} as three nodes that share a folder, all of a node's processes
 * killed at random moments and started again, as preemption does.
 */
@EnabledOnOs(OS.LINUX)
class FleetRehearsalIT {
    private static final int NODES = 3;
    private static final int KILLS = 5;
    private static final int MEASUREMENTS = 4;

    @TempDir
    private Path folder;

    private final Random random = new Random(20261124);
    private final List<Process> started = new ArrayList<>();

    @Test
    void nodesKilledAtRandomAndStartedAgainLoseNothing() throws Exception {
        Map<Integer, Process> nodes = new HashMap<>();
        for (int node = 0; node < NODES; node++) {
            nodes.put(node, start(node));
        }
        Map<Integer, List<String>> before = new HashMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            Thread.sleep(1500 + random.nextInt(5000));
            int node = random.nextInt(NODES);
            killAll(nodes.get(node));
            List<String> saved = Files.exists(file(node)) ? json(ResultFile.read(file(node))) : List.of();
            assertThat(saved).as("what node %d had, it has", node).containsAll(before.getOrDefault(node, List.of()));
            before.put(node, saved);
            nodes.put(node, start(node));
        }
        for (int node = 0; node < NODES; node++) {
            assertThat(nodes.get(node).waitFor(15, TimeUnit.MINUTES)).isTrue();
            assertThat(nodes.get(node).exitValue()).as(log(node)).isZero();
            List<String> all = json(ResultFile.read(file(node)));
            assertThat(all)
                    .hasSize(MEASUREMENTS)
                    .doesNotHaveDuplicates()
                    .containsAll(before.getOrDefault(node, List.of()));
        }
        try (var files = Files.list(folder.resolve("shared"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".json"))).hasSize(NODES);
        }
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (Process node : started) {
            killAll(node);
        }
    }

    private static List<String> json(List<Entry> entries) {
        return entries.stream().map(Entry::json).toList();
    }

    private Path file(int node) {
        return folder.resolve("shared").resolve("node-" + node + "-cpu.json");
    }

    private String log(int node) throws IOException {
        return Files.readString(folder.resolve("node-" + node + ".log"));
    }

    /** In a session of its own, so that all its processes can be killed together, as when a machine goes. */
    private Process start(int node) throws IOException {
        Path temporary = Files.createDirectories(folder.resolve("tmp-" + node));
        Path launcher = Files.writeString(folder.resolve("mfu-" + node), """
                #!/bin/sh
                exec '%s' -XX:TieredStopAtLevel=1 -Djava.io.tmpdir='%s' -Dai.djl.pytorch.num_threads=1 -cp '%s' org.mfujmh.cli.Mfu "$@"
                """.formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        temporary,
                        System.getProperty("java.class.path")));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        ProcessBuilder builder = new ProcessBuilder(
                "setsid",
                "scripts/fleet-node",
                folder.resolve("shared").toString(),
                "-p",
                "model=gpt-tiny",
                "-p",
                "seqLen=16,64",
                "-f",
                "1",
                "-wi",
                "0",
                "-i",
                "1",
                "-r",
                "100ms");
        builder.environment().put("MFU", launcher.toString());
        builder.environment().put("MFU_NODE", "node-" + node);
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("node-" + node + ".log").toFile()));
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private static void killAll(Process node) throws Exception {
        Signals.send("KILL", -node.pid());
        node.waitFor();
    }
}
