package org.mfujmh.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against trees of files as Linux shows them under /proc and /sys. */
class CgroupLimitsTest {
    private static final String V2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

    @TempDir
    Path root;

    @Test
    void version2TakesTheTightestLimitOnTheWayUp() throws IOException {
        file("proc/self/cgroup", "0::/user.slice/job\n");
        file("proc/self/mountinfo", V2);
        file("sys/fs/cgroup/user.slice/cpu.max", "150000 100000\n");
        file("sys/fs/cgroup/user.slice/memory.max", "8589934592\n");
        file("sys/fs/cgroup/user.slice/memory.current", "3000000000\n");
        file("sys/fs/cgroup/user.slice/memory.stat", "anon 1\ninactive_file 1000000000\n");
        file("sys/fs/cgroup/user.slice/job/cpu.max", "max 100000\n");
        file("sys/fs/cgroup/user.slice/job/memory.max", "max\n");

        CgroupLimits limits = CgroupLimits.read(root);

        assertThat(limits.cpus()).hasValue(1.5);
        assertThat(limits.memoryBytes()).hasValue(8589934592L);
        assertThat(limits.memoryLeftBytes()).hasValue(8589934592L - 2000000000L);
    }

    /** Docker with version 1: the mount's top is the container's group. */
    @Test
    void version1InAContainer() throws IOException {
        file("proc/self/cgroup", "5:memory:/docker/4f\n4:cpu,cpuacct:/docker/4f\n1:name=systemd:/docker/4f\n");
        file("proc/self/mountinfo", """
                50 40 0:30 /docker/4f /sys/fs/cgroup/memory ro,nosuid master:17 - cgroup cgroup rw,memory
                51 40 0:31 /docker/4f /sys/fs/cgroup/cpu,cpuacct ro,nosuid - cgroup cgroup rw,cpu,cpuacct
                52 40 0:32 / /proc rw - proc proc rw
                """);
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "2147483648\n");
        file("sys/fs/cgroup/memory/memory.usage_in_bytes", "1073741824\n");
        file("sys/fs/cgroup/memory/memory.stat", "inactive_file 5\ntotal_inactive_file 73741824\n");
        file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "400000\n");
        file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");

        CgroupLimits limits = CgroupLimits.read(root);

        assertThat(limits.cpus()).hasValue(4);
        assertThat(limits.memoryBytes()).hasValue(2147483648L);
        assertThat(limits.memoryLeftBytes()).hasValue(2147483648L - 1000000000L);
    }

    @Test
    void version1WithoutLimits() throws IOException {
        file("proc/self/cgroup", "4:memory:/a/b\n1:cpu:/\n0::/\n");
        file("proc/self/mountinfo", """
                32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
                35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
                """);
        file("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "9223372036854771712\n");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
        file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");

        assertThat(CgroupLimits.read(root)).isEqualTo(CgroupLimits.NONE);
    }

    @Test
    void nonsenseIsNoLimit() throws IOException {
        file("proc/self/cgroup", "::\nx\n0::/../..\n");
        file("proc/self/mountinfo", "nonsense - cgroup2\n" + V2);
        file("sys/fs/cgroup/cpu.max", "0 0\n");
        file("sys/fs/cgroup/memory.max", "99999999999999999999999\n");

        assertThat(CgroupLimits.read(root)).isEqualTo(CgroupLimits.NONE);
    }

    @Test
    void noLinuxHasNoLimits() {
        assertThat(CgroupLimits.read(root)).isEqualTo(CgroupLimits.NONE);
    }

    private void file(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
