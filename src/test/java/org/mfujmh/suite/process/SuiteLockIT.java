package org.mfujmh.suite.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.suite.RunningSuite;

/** Real processes, since a file's lock belongs to a process; the two GPUs are a made-up nvidia-smi's. */
@EnabledOnOs(OS.LINUX)
class SuiteLockIT {
    @TempDir
    private Path folder;

    private final List<Holder> started = new ArrayList<>();

    /** @param said its standard error */
    private record Holder(Process process, Path said) {

        String text() {
            try {
                return Files.readString(said);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        boolean holds() {
            return text().contains("held");
        }

        boolean waits() {
            return text().contains("Waiting: another benchmark");
        }

        Holder awaitHeld() throws InterruptedException {
            RunningSuite.await(this::holds);
            return this;
        }

        Holder awaitWaiting() throws InterruptedException {
            RunningSuite.await(this::waits);
            assertThat(holds()).isFalse();
            return this;
        }

        void end() throws Exception {
            process.getOutputStream().close();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }

        String name() {
            return "process " + process.pid();
        }
    }

    @BeforeEach
    void twoGpus() throws IOException {
        Path smi = Files.writeString(folder.resolve("nvidia-smi"), """
                #!/bin/sh
                case "$*" in
                --query-gpu=*)
                    echo '0, NVIDIA L40S, GPU-a, 550.54.15, 46068, 4, 2520, 210, 9001, 405, 350.00, Disabled'
                    echo '1, NVIDIA L40S, GPU-b, 550.54.15, 46068, 4, 2520, 210, 9001, 405, 350.00, Disabled';;
                esac
                """);
        assertThat(smi.toFile().setExecutable(true)).isTrue();
    }

    @AfterEach
    void nothingIsLeft() {
        started.forEach(holder -> holder.process().destroyForcibly());
    }

    private Holder start(String device, String visible) throws IOException {
        Path said = Files.createTempFile(folder, "said", ".txt");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        device)
                .redirectError(said.toFile());
        builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        builder.environment().put("CUDA_VISIBLE_DEVICES", visible);
        Holder holder = new Holder(builder.start(), said);
        started.add(holder);
        return holder;
    }

    /** As scripts/fleet-node starts them: each sees its own GPU alone, as cuda:0. */
    @Test
    void twoGpusAreMeasuredAtOnceAndOneIsNot() throws Exception {
        Holder a = start("cuda:0", "GPU-a");
        Holder b = start("cuda:0", "GPU-b");
        a.awaitHeld();
        b.awaitHeld();
        Holder sameByOtherName = start("cuda:1", "1,0").awaitWaiting();
        assertThat(sameByOtherName.text()).contains("on this GPU (" + a.name() + ")");
        a.end();
        sameByOtherName.awaitHeld();
        assertThat(b.waits()).isFalse();
    }

    @Test
    void aCpuAndAGpuWaitForEachOther() throws Exception {
        Holder a = start("cuda:0", "GPU-a").awaitHeld();
        Holder b = start("cuda:0", "GPU-b").awaitHeld();
        Holder cpu = start("cpu", "GPU-a").awaitWaiting();
        assertThat(cpu.text()).contains("on this machine (").contains(a.name()).contains(b.name());
        a.end();
        Thread.sleep(1200); // two looks at the lock
        assertThat(cpu.holds()).isFalse();
        b.end();
        cpu.awaitHeld();
        Holder after = start("cuda:0", "GPU-b").awaitWaiting();
        assertThat(after.text()).contains("on this machine (" + cpu.name() + ")");
        cpu.end();
        after.awaitHeld();
    }

    /** The same GPU under a name that says less would be measured twice at once. */
    @Test
    void whereTheGpuIsNotKnownTheMachineIsTaken() throws Exception {
        start("cuda:0", "GPU-a").awaitHeld();
        start("auto", "GPU-b").awaitWaiting();
        start("cuda:0", "GPU-unknown").awaitWaiting();
    }

    /** What JMH's Runner does before it starts. */
    @Test
    void anyOtherJmhIsHeldOffByAGpusSuiteToo() throws Exception {
        Holder gpu = start("cuda:0", "GPU-a").awaitHeld();
        try (FileChannel jmh = FileChannel.open(folder.resolve("jmh.lock"), StandardOpenOption.WRITE)) {
            assertThat(jmh.tryLock()).isNull();
            gpu.end();
            try (FileLock now = jmh.tryLock()) {
                assertThat(now).isNotNull();
            }
        }
    }

    /** .ci/container has the other half: a lock file that root made for itself. */
    @Test
    void everyUserMayLockWhatOneHasCreated() throws Exception {
        start("cuda:0", "GPU-a").awaitHeld();
        assertThat(List.of(folder.resolve("jmh.lock"), folder.resolve("mfu-jmh-GPU-a.lock")))
                .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-rw-rw-"));
    }

    /** The file with its name is for the message of another: stopped it takes it along, killed it cannot. */
    @Test
    void aSuiteThatHasEndedIsNamedToNobody() throws Exception {
        Holder stopped = start("cuda:0", "GPU-a").awaitHeld();
        stopped.process().destroy();
        assertThat(stopped.process().waitFor()).isEqualTo(143);
        assertThat(folder).isDirectoryNotContaining("glob:**.holder");
        Holder killed = start("cuda:0", "GPU-a").awaitHeld();
        killed.process().destroyForcibly().waitFor();
        Holder alive = start("cuda:0", "GPU-b").awaitHeld();
        assertThat(start("cpu", "GPU-a").awaitWaiting().text())
                .contains("on this machine (" + alive.name() + ")")
                .doesNotContain(killed.name());
    }

    @Test
    void aKilledSuiteLeavesNoLock() throws Exception {
        Holder killed = start("cuda:0", "GPU-a").awaitHeld();
        killed.process().destroyForcibly().waitFor();
        start("cuda:0", "GPU-a").awaitHeld();
    }
}
