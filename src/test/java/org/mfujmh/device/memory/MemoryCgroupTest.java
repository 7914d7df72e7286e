package org.mfujmh.device.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class MemoryCgroupTest {
    private static final long LIMIT = 64L << 20;

    @TempDir
    private Path root;

    /** The kernel itself, where it lets us: tail keeps the line that never ends, 300 MB of it. */
    @Test
    void theKernelKillsWhatNeedsMoreAndCountsIt() throws Exception {
        Optional<MemoryCgroup> made = MemoryCgroup.create(LIMIT);
        assumeTrue(made.isPresent(), "no control group can be made here");
        try (MemoryCgroup group = made.get()) {
            assertThat(end(group, "exit 7")).isEqualTo(7);
            assertThat(group.kills()).hasValue(0);
            assertThat(end(group, "head -c 300000000 /dev/zero | tail -c 300000000 > /dev/null; exit 0"))
                    .isIn(0, 137);
            assertThat(group.kills().orElseThrow()).isPositive();
        }
    }

    private static int end(MemoryCgroup group, String script) throws Exception {
        Process process = new ProcessBuilder(group.within(List.of("sh", "-c", script)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** Folders of no kernel's: no limit can be set in them. */
    @Test
    void whereNoLimitCanBeSetNothingIsMadeAndWhatTheDeadLeftIsTidiedUp() throws IOException {
        Path parent = Files.createDirectories(root.resolve("sys/fs/cgroup/job"));
        Files.createDirectories(root.resolve("proc/self"));
        Files.writeString(root.resolve("proc/self/cgroup"), "0::/job\n");
        Files.writeString(
                root.resolve("proc/self/mountinfo"),
                "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n");
        Path ofTheDead = Files.createDirectory(parent.resolve("mfu-probe-999999999"));
        Path ofTheLiving = Files.createDirectory(parent.resolve("mfu-probe-1"));

        assertThat(MemoryCgroup.create(root, LIMIT)).isEmpty();

        assertThat(ofTheDead).doesNotExist();
        assertThat(ofTheLiving).exists();
        assertThat(parent.resolve("mfu-probe-" + ProcessHandle.current().pid())).doesNotExist();
    }
}
