package org.mfujmh.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.device.DeviceSlug;

/** On cpuinfo of machines whose CPU has no name of its own, from the reports that the tests name. */
class CpuNameTest {
    @TempDir
    Path root;

    /** docker/for-mac #6512: part 0x000, so it could be any of Apple's. */
    @Test
    void anApplesVirtualMachineIsNoOtherMachine() throws IOException {
        cpuinfo("apple-vm");
        file("proc/sys/kernel/random/boot_id", "0b5a7a5c-1f4e-4b5c-9f0e-6b2f0f6d1e11\n");
        String name = CpuName.of("-", root);
        file("proc/sys/kernel/random/boot_id", "ffffffff-1f4e-4b5c-9f0e-6b2f0f6d1e11\n");

        assertThat(name).matches("unnamed Apple CPU \\(machine [0-9a-f]{8}\\)");
        assertThat(CpuName.of("-", root)).matches("unnamed Apple CPU .*").isNotEqualTo(name);
    }

    /** shirou/gopsutil #1895. */
    @ParameterizedTest
    @ValueSource(strings = {"unknown", "", "-", " Unknown ", "N/A", "0"})
    void gvisorsCpuIsItsFamilyAndModel(String given) throws IOException {
        cpuinfo("gvisor");

        assertThat(CpuName.of(given, root)).isEqualTo("Intel family 6 model 85, 2.0 GHz");
    }

    /** EESSI/software-layer #845: Grace, Graviton 4 and Axion have one core, other caches and other clocks. */
    @Test
    void cpusOfOneCoreAreToldApartByRevisionCachesAndClock() throws IOException {
        cpuinfo("grace");
        caches("64K", "1024K", "116736K");
        file("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "3447000\n");
        assertThat(CpuName.of("Neoverse-V2", root)).isEqualTo("Neoverse-V2, r0p0, L2 1 MiB, L3 114 MiB, 3.4 GHz");

        caches("64K", "2048K", "36864K");
        Files.delete(root.resolve("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq"));
        assertThat(CpuName.of("", root)).isEqualTo("Neoverse-V2, r0p0, L2 2 MiB, L3 36 MiB");
        assertThat(DeviceSlug.ofCpu(CpuName.of("", root), "", 4)).isEqualTo("neoverse-v2-r0p0-l2-2-mib-l3-36-mib-4c");
    }

    @Test
    void whereNeitherCachesNorClockAreShownItIsWhatTheCoreCanDo() throws IOException {
        cpuinfo("grace");
        String grace = CpuName.of("Neoverse-V2", root);
        Path info = root.resolve("proc/cpuinfo");
        Files.writeString(info, Files.readString(info).replace(" sm3 sm4", ""));

        assertThat(grace).matches("Neoverse-V2, r0p0, features [0-9a-f]{8}");
        assertThat(CpuName.of("Neoverse-V2", root)).startsWith("Neoverse-V2, ").isNotEqualTo(grace);
    }

    @Test
    void twoKindsOfCoresAreBothNamedAndAPartWithoutANameIsItsNumber() throws IOException {
        file("proc/cpuinfo", """
                processor : 0
                CPU implementer : 0x41
                CPU part : 0xd05

                processor : 1
                CPU implementer : 0x41
                CPU part : 0xD0B
                """);
        assertThat(CpuName.of("", root)).isEqualTo("Cortex-A55 + Cortex-A76");
        file("proc/cpuinfo", "CPU implementer : 0x61\nCPU part : 0x099\n");
        assertThat(CpuName.of("", root)).isEqualTo("Apple part 0x099");
        file(
                "proc/cpuinfo",
                "processor : 0\nmodel name : ARMv8 Processor rev 1 (v8l)\nCPU implementer : 0x41\nCPU part : 0xd0c\n");
        assertThat(CpuName.of("ARMv8 Processor rev 1 (v8l)", root)).isEqualTo("Neoverse-N1");
    }

    @Test
    void aNameIsKept() throws IOException {
        cpuinfo("gvisor");
        for (String name :
                new String[] {"Intel(R) Xeon(R) 6972P", "Intel(R) Xeon(R) Processor", "AMD EPYC 7R13", "Apple M2"}) {
            assertThat(CpuName.of(name, root)).isEqualTo(name);
        }
    }

    @Test
    void whereNothingIsKnownTheNameIsThisMachinesAlone() {
        assertThat(CpuName.of(null, root)).matches("unnamed CPU \\(machine [0-9a-f]{8}\\)");
    }

    private void caches(String... sizes) throws IOException {
        for (int i = 0; i < sizes.length; i++) {
            file("sys/devices/system/cpu/cpu0/cache/index" + i + "/size", sizes[i] + "\n");
            file("sys/devices/system/cpu/cpu0/cache/index" + i + "/level", (i + 1) + "\n");
        }
    }

    private void cpuinfo(String name) throws IOException {
        Files.createDirectories(root.resolve("proc"));
        try (InputStream stream = CpuNameTest.class.getResourceAsStream("cpuinfo/" + name)) {
            Files.write(root.resolve("proc/cpuinfo"), stream.readAllBytes());
        }
    }

    private void file(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
