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

    /** chef/ohai and many a VPS: QEMU's default models hide the CPU, so two such machines are not one device. */
    @ParameterizedTest
    @ValueSource(strings = {"Common KVM processor", "Common 32-bit KVM processor", "QEMU Virtual CPU version 2.5+"})
    void aModelThatAHypervisorInventsIsThisMachinesAlone(String given) throws IOException {
        file(
                "proc/cpuinfo",
                "processor : 0\nvendor_id : GenuineIntel\ncpu family : 15\nmodel : 6\nmodel name : " + given
                        + "\nstepping : 1\ncpu MHz : 2399.996\nbogomips : 4799.99\n");
        file("proc/sys/kernel/random/boot_id", "0b5a7a5c-1f4e-4b5c-9f0e-6b2f0f6d1e11\n");
        String name = CpuName.of(given, root);
        file("proc/sys/kernel/random/boot_id", "ffffffff-1f4e-4b5c-9f0e-6b2f0f6d1e11\n");

        assertThat(name).startsWith(given + ", 2.4 GHz (machine ");
        assertThat(CpuName.of(given, root)).isNotEqualTo(name);
    }

    /** Amazon, Yandex and engineering samples: the name is a placeholder, but family and model are the CPU's. */
    @ParameterizedTest
    @ValueSource(strings = {"06/8f", "Virtual CPU 714389bda930", "Genuine Intel(R) CPU 0000%@"})
    void aPlaceholderIsReplacedByFamilyAndModel(String given) throws IOException {
        file(
                "proc/cpuinfo",
                "processor : 0\nvendor_id : GenuineIntel\ncpu family : 6\nmodel : 143\nmodel name : " + given
                        + "\nstepping : 8\nbogomips : 4000.00\n");

        assertThat(CpuName.of(given, root)).isEqualTo("Intel family 6 model 143 stepping 8, 2.0 GHz");
    }

    /** OSHI calls part 0xd01 of HiSilicon "Kunpeng-920", whatever its caches and clock. */
    @Test
    void aNameThatOnlyThePartNumberGivesIsThatOfACore() throws IOException {
        String arm = "processor : 0\nCPU implementer : 0x48\nCPU variant : 0x1\nCPU part : 0xd01\nCPU revision : 0\n";
        file("proc/cpuinfo", arm);
        caches("64K", "512K", "49152K");
        assertThat(CpuName.of("Kunpeng-920", root)).isEqualTo("Kunpeng-920, r1p0, L2 512 KiB, L3 48 MiB");

        file("proc/cpuinfo", "model name : Kunpeng-920\n" + arm);
        assertThat(CpuName.of("Kunpeng-920", root)).isEqualTo("Kunpeng-920");
    }

    /** cpuinfo of IBM's Power and Z, and of RISC-V boards with and without a name. */
    @Test
    void otherArchitecturesHaveTheirOwnFields() throws IOException {
        file("proc/cpuinfo", """
                processor : 0
                cpu : POWER9 (architected), altivec supported
                clock : 2200.000000MHz
                revision : 2.2 (pvr 004e 1202)

                timebase : 512000000
                model : IBM,9008-22L
                """);
        assertThat(CpuName.of("POWER9 (architected), altivec supported", root))
                .isEqualTo("POWER9 (architected), altivec supported, 2.2 GHz");
        file("proc/cpuinfo", """
                vendor_id : IBM/S390
                features : esan3 zarch vx
                processor 0: version = FF,  identification = 3F2BD8,  machine = 8561

                cpu number : 0
                version : FF
                machine : 8561
                cpu MHz static : 5200
                """);
        assertThat(CpuName.of("", root)).isEqualTo("IBM Z machine 8561, 5.2 GHz");
        String hart = """
                processor : 0
                hart : 0
                isa : rv64imafdcv
                mvendorid : 0x710
                marchid : 0x8000000058000001
                mimpid : 0x1000000049772200
                """;
        file("proc/cpuinfo", hart);
        assertThat(CpuName.of("", root))
                .isEqualTo("RISC-V vendor 0x710 arch 0x8000000058000001 impl 0x1000000049772200");
        file("proc/cpuinfo", hart.replace("0x710", "0x0"));
        assertThat(CpuName.of("", root)).startsWith("unnamed CPU (machine ");
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
