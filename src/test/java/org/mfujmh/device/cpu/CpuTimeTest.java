package org.mfujmh.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CpuTimeTest {
    @TempDir
    private Path root;

    private CpuTime read(String stat, String self, String allowed) throws IOException {
        Path proc = Files.createDirectories(root.resolve("proc/self")).getParent();
        Files.writeString(proc.resolve("stat"), stat);
        Files.writeString(proc.resolve("self/stat"), self);
        Files.writeString(proc.resolve("self/status"), "Name:\tjava\nCpus_allowed_list:\t" + allowed + "\n");
        return CpuTime.of(root).orElseThrow();
    }

    /** Of proc(5): user nice system idle iowait irq softirq steal guest guest_nice. */
    @Test
    void theColumnsOfLinuxAreRead() throws IOException {
        CpuTime time =
                read("""
                cpu  12158312 610540 815590 2438898 7149 0 10033 14239 0 0
                cpu0 100 20 30 1000 7 1 2 40 60 5
                cpu1 200 10 30 2000 3 0 1 10 0 0
                intr 1 2 3
                """, "42 (a (b) c) S 1 1 1 0 -1 4194304 102 7 0 0 11 22 33 44 20 0 1 0 8037387 3133440\n", "0-1");
        assertThat(time).isEqualTo(new CpuTime(2, 1200 + 2254, 153 + 241, 50, 110));
    }

    @Test
    void onlyProcessorsThatItMayRunOnCount() throws IOException {
        CpuTime time =
                read("cpu0 9 9 9 9 9 9 9 9\ncpu3 1 2 3 4 5 6 7 8\n", "1 (a) S 1 1 1 0 -1 4 1 7 0 0 1 2 3 4 20\n", "3");
        assertThat(time).isEqualTo(new CpuTime(1, 36, 19, 8, 10));
    }

    @Test
    void whatIsNoSuchFileSaysNothing() throws IOException {
        assertThat(CpuTime.of(root)).isEmpty();
        Path proc = Files.createDirectories(root.resolve("proc/self")).getParent();
        for (String self : new String[] {"", "1 (a", "1 (a) S 1 2", "1 (a) S 1 1 1 0 -1 4 1 7 0 0 1 2 x 4 20"}) {
            Files.writeString(proc.resolve("stat"), "cpu0 1 2 3 4 5 6 7 8\n");
            Files.writeString(proc.resolve("self/stat"), self);
            assertThat(CpuTime.of(root)).as(self).isEmpty();
        }
    }

    private static CpuTime after(double seconds, double busy, double stolen, double ours, int processors) {
        return new CpuTime(
                processors,
                Math.round(processors * seconds * 100),
                Math.round(busy * 100),
                Math.round(stolen * 100),
                Math.round(ours * 100));
    }

    private static Optional<String> note(CpuTime after, int threads) {
        return after.othersSince(new CpuTime(after.processors(), 0, 0, 0, 0), threads, true);
    }

    @Test
    void whatOthersUseIsSaidWhereItLacks() {
        assertThat(note(after(10, 20, 0, 12, 2), 2)).hasValueSatisfying(said -> assertThat(said)
                .startsWith("meanwhile other processes used 0.8 of the 2 CPUs, and libtorch has 2 threads, ")
                .endsWith("(GOMP_SPINCOUNT=1000)."));
        assertThat(note(after(10, 15, 4, 15, 2), 2)).hasValueSatisfying(said -> assertThat(said)
                .startsWith("meanwhile the host of this virtual machine took 0.4 of the 2 CPUs"));
        assertThat(after(10, 20, 0, 12, 2).othersSince(new CpuTime(2, 0, 0, 0, 0), 2, false))
                .hasValueSatisfying(said -> assertThat(said).endsWith("measure on an idle machine."));
        // One of two is free, so that half of one does not disturb; nor do threads that wait on an idle machine.
        assertThat(note(after(10, 15, 0, 10, 2), 1)).isEmpty();
        assertThat(note(after(10, 18, 0, 17, 2), 2)).isEmpty();
        assertThat(note(after(10, 10, 0, 10, 2), 2)).isEmpty();
        assertThat(note(after(0.5, 1, 0, 0.1, 2), 2)).as("half a second").isEmpty();
    }

    @Test
    void theShareOfThreadsWithoutAProcessor() {
        CpuTime start = new CpuTime(4, 0, 0, 0, 0);
        // Others 1.5, the hypervisor 0.5: with 3 threads on 4 processors, 1 of 3 threads lacks one.
        assertThat(after(10, 40, 5, 25, 4).lackingSince(start, 3)).isCloseTo(1.0 / 3, within(1e-9));
        assertThat(after(10, 40, 5, 25, 4).lackingSince(start, 2)).isZero();
        assertThat(after(10, 40, 0, 40, 4).lackingSince(start, 4)).isZero();
        assertThat(after(0.1, 0.4, 0, 0.1, 4).lackingSince(start, 4))
                .as("a tenth of a second")
                .isNaN();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void busyProcessesTakeTheProcessorsOfThisOne() throws Exception {
        int processors = CpuTime.now().orElseThrow().processors();
        assumeThat(CgroupLimits.read(Path.of("/")).cpus().orElse(processors))
                .as("a container's quota, under which they cannot all be busy")
                .isGreaterThanOrEqualTo(processors);
        List<Process> busy = new ArrayList<>();
        try {
            for (int i = 0; i < processors; i++) {
                busy.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
            }
            CpuTime before = CpuTime.now().orElseThrow();
            Thread.sleep(1000);
            assertThat(CpuTime.now().orElseThrow().lackingSince(before, processors))
                    .isBetween(0.5, 1.1);
        } finally {
            busy.forEach(Process::destroyForcibly);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aChildThatHasEndedIsOursAndNotAnother() throws Exception {
        CpuTime before = CpuTime.now().orElseThrow();
        Process child = new ProcessBuilder("sh", "-c", "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done").start();
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        CpuTime after = CpuTime.now().orElseThrow();
        // Some 0.4 s in ticks of 10 ms; it is a part of what all processes used.
        assertThat(after.ours() - before.ours()).isGreaterThanOrEqualTo(5);
        assertThat(after.busy() - before.busy()).isGreaterThanOrEqualTo(5);
    }
}
