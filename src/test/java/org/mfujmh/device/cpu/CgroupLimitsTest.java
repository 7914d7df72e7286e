package org.mfujmh.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** VictoriaMetrics #699: the limit of a group above that this container does not see. */
    @ParameterizedTest
    @ValueSource(strings = {"hier", "hybrid"})
    void aLimitAboveTheContainersOwnGroupCounts(String tree) {
        assertThat(CgroupLimits.read(tree(tree)).memoryBytes()).hasValue(268435456);
    }

    /** netdata #716: a blank in the name of a mount or of a group. */
    @Test
    void octalEscapesOfMountsAreRead() {
        CgroupLimits limits = CgroupLimits.read(tree("octal"));

        assertThat(limits.memoryBytes()).hasValue(1L << 30);
        assertThat(limits.cpus()).hasValue(1);
    }

    /** systemd #27541: the share of a server that does not write UTF-8. */
    @Test
    void aMountThatIsNotUtf8CostsNoOther() throws IOException {
        CgroupLimits whole = CgroupLimits.read(tree("nonutf"));
        file("proc/self/cgroup", "0::/a\n");
        file("sys/fs/cgroup/a/memory.max", "1073741824\n");
        byte[] mounts = ("60 1 0:9 / /mnt/caf\u00e9 rw - ext4 /dev/x rw\n" + V2).getBytes(StandardCharsets.ISO_8859_1);
        Files.write(root.resolve("proc/self/mountinfo"), mounts);
        file("proc/self/status", "");
        Files.write(
                root.resolve("proc/self/status"),
                "Name:\tcaf\u00e9\nCpus_allowed_list:\t0-1\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(whole.memoryBytes()).hasValue(1L << 30);
        assertThat(CgroupLimits.read(root).memoryBytes()).hasValue(1L << 30);
        assertThat(HostCpu.allowedProcessors(root)).containsExactly(0, 1);
    }

    /** Found by fuzzing. */
    @Test
    void aMountPointWithTwoSlashesStaysUnderTheRoot() throws IOException {
        file("proc/self/cgroup", "0::/a\n");
        file("proc/self/mountinfo", V2.replace(" /sys", " //sys"));

        assertThat(CgroupLimits.memoryGroups(root)).isNotEmpty().allMatch(group -> group.startsWith(root));
    }

    @Test
    void aGroupOfANameInUtf8IsFound() throws IOException {
        file("proc/self/cgroup", "0::/gr\u00fcn\n");
        file("proc/self/mountinfo", V2);
        file("sys/fs/cgroup/gr\u00fcn/memory.max", "1073741824\n");

        assertThat(CgroupLimits.read(root).memoryBytes()).hasValue(1L << 30);
    }

    @Test
    void aGroupIsThrottledAboveMemoryHigh() throws IOException {
        file("proc/self/cgroup", "0::/a\n");
        file("proc/self/mountinfo", V2);
        file("sys/fs/cgroup/a/memory.max", "max\n");
        file("sys/fs/cgroup/a/memory.high", "2147483648\n");
        file("sys/fs/cgroup/a/memory.current", "1073741824\n");
        file("sys/fs/cgroup/a/memory.stat", "inactive_file 99999999999999999999\n");

        CgroupLimits limits = CgroupLimits.read(root);

        assertThat(limits.memoryBytes()).hasValue(2L << 30);
        assertThat(limits.memoryLeftBytes()).hasValue(1L << 30);
    }

    /** As Linux shows it, without what does not matter; from the reports that the tests name. */
    private static Path tree(String name) {
        try {
            return Path.of(CgroupLimitsTest.class.getResource("cgroups/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
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
