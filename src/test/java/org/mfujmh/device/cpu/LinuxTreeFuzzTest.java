package org.mfujmh.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.mfujmh.device.DeviceSlug;
import org.mfujmh.fuzz.Mutant;

/** Whatever stands under /proc and /sys is read or left aside. */
class LinuxTreeFuzzTest {
    private static final String MOUNTS = """
            30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate
            31 30 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
            40 30 0:28 /docker/a\\040b /sys/fs/my\\040cgroup rw - cgroup cgroup rw,cpu,cpuacct
            """;
    private static final String GROUPS = "5:memory:/docker/a b\n4:cpu,cpuacct:/docker/a b\n0::/a\n";

    @Property(tries = 300, seed = "20261126", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void noTreeOfControlGroupsIsTooMuch(@ForAll long seed) throws IOException {
        Path root = Files.createTempDirectory("mfu-fuzz");
        try {
            Mutant.each(seed, List.of(MOUNTS.getBytes(StandardCharsets.UTF_8)), (mutant, random) -> {
                write(root, "proc/self/mountinfo", mutant);
                write(root, "proc/self/cgroup", mutated(GROUPS, random));
                write(root, "proc/self/status", mutated("Name:\tjava\nCpus_allowed_list:\t0-3,8\n", random));
                for (String file : List.of("memory.max", "memory.high", "memory.current", "memory.limit_in_bytes")) {
                    write(root, "sys/fs/cgroup/a/" + file, mutated("1073741824\n", random));
                    write(root, "sys/fs/cgroup/memory/" + file, mutated("1073741824\n", random));
                }
                write(root, "sys/fs/cgroup/a/cpu.max", mutated("150000 100000\n", random));
                write(
                        root,
                        "sys/fs/cgroup/a/memory.stat",
                        mutated("inactive_file 5\nhierarchical_memory_limit 7\n", random));
                CgroupLimits limits = CgroupLimits.read(root);
                assertThat(limits.memoryBytes().orElse(1)).isPositive();
                assertThat(limits.memoryLeftBytes().orElse(0)).isNotNegative();
                assertThat(limits.cpus().orElse(1)).isPositive();
                assertThat(CgroupLimits.memoryGroups(root)).allMatch(group -> group.startsWith(root));
                assertThat(HostCpu.allowedProcessors(root)).allMatch(number -> number >= 0);
            });
        } finally {
            delete(root);
        }
    }

    @Property(tries = 300, seed = "20261126", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void noCpuinfoIsTooMuch(@ForAll long seed) throws IOException {
        Path root = Files.createTempDirectory("mfu-fuzz");
        List<byte[]> seeds =
                Mutant.seeds("device/cpu/cpuinfo/apple-vm", "device/cpu/cpuinfo/gvisor", "device/cpu/cpuinfo/grace");
        try {
            Mutant.each(seed, seeds, (mutant, random) -> {
                write(root, "proc/cpuinfo", mutant);
                write(root, "proc/sys/kernel/random/boot_id", mutated("0b5a7a5c-1f4e\n", random));
                write(root, "sys/devices/system/cpu/cpu0/cache/index0/size", mutated("2048K\n", random));
                write(root, "sys/devices/system/cpu/cpu0/cache/index0/level", mutated("2\n", random));
                write(root, "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", mutated("3447000\n", random));
                String given =
                        random.nextBoolean() ? "" : new String(mutated("Neoverse-V2", random), StandardCharsets.UTF_8);
                String name = CpuName.of(given, root);
                assertThat(name).isNotBlank().doesNotContain("\n", "\u0000", "\u001b");
                assertThat(DeviceSlug.ofCpu(name, "", 2)).matches("[a-z0-9]+(-[a-z0-9]+)*");
            });
        } finally {
            delete(root);
        }
    }

    private static byte[] mutated(String text, Random random) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return random.nextInt(3) == 0 ? Mutant.of(List.of(bytes), random) : bytes;
    }

    private static void write(Path root, String path, byte[] content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
