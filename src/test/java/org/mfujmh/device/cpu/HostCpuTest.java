package org.mfujmh.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.device.machine.Machine;

class HostCpuTest {
    @TempDir
    Path folder;

    @Test
    void thisMachineHasACpuThatCanCompute() {
        HostCpu cpu = HostCpu.detect();

        assertThat(cpu.name()).isNotBlank();
        assertThat(cpu.physicalCores()).isBetween(1, cpu.logicalProcessors());
        assertThat(cpu.usableCores()).isBetween(1, cpu.physicalCores());
        assertThat(cpu.memoryAvailableBytes()).isBetween(1L << 20, cpu.memoryBytes());
        assertThat(cpu.slug()).matches("[a-z0-9]+(-[a-z0-9]+)*-\\d+c");
    }

    /** The oracle is what the kernel and coreutils say. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void agreesWithTheKernel() throws Exception {
        HostCpu cpu = HostCpu.detect();
        List<String> info = Files.readAllLines(Path.of("/proc/cpuinfo"));
        ProcessBuilder asks = new ProcessBuilder("nproc");
        asks.environment().keySet().removeIf(name -> name.startsWith("OMP_")); // nproc obeys OpenMP
        Process nproc = asks.start();
        int processors =
                Integer.parseInt(new String(nproc.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
        long memoryKib = Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();

        assertThat(cpu.logicalProcessors()).isEqualTo(processors);
        assertThat(cpu.memoryBytes()).isEqualTo(memoryKib * 1024);
        info.stream()
                .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                .findFirst()
                .map(line -> Set.copyOf(Arrays.asList(line.split("\\s+", -1))))
                .ifPresent(flags -> assertThat(flags).containsAll(cpu.features()));
    }

    /** One process on one processor, so one core: read where it counts, in a JVM under taskset. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void affinityIsRespectedAndNothingButTheAnswerIsPrinted() throws Exception {
        Set<Integer> allowed = HostCpu.allowedProcessors(Path.of("/"));
        String first = String.valueOf(allowed.iterator().next());
        File errors = folder.resolve("errors").toFile();
        ProcessBuilder builder = new ProcessBuilder(
                        "taskset",
                        "-c",
                        first,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED", // as ./mfu: without it Java 25 warns of JNA
                        "-cp",
                        System.getProperty("java.class.path"),
                        Detect.class.getName())
                .redirectError(errors);
        builder.environment().remove("JAVA_TOOL_OPTIONS"); // makes the JVM itself speak
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isZero();
        assertThat(output).isEqualTo("1 1\n");
        assertThat(errors).isEmpty();
    }

    static final class Detect {
        private Detect() {}

        public static void main(String[] args) {
            HostCpu cpu = Machine.detect().cpu();
            System.out.print(cpu.logicalProcessors() + " " + cpu.physicalCores() + "\n");
        }
    }

    @Test
    void aQuotaLimitsTheCoresThatCanBeKeptBusy() {
        assertThat(cpu(8, OptionalDouble.of(1.5)).usableCores()).isEqualTo(2);
        assertThat(cpu(8, OptionalDouble.of(0.5)).usableCores()).isEqualTo(1);
        assertThat(cpu(8, OptionalDouble.of(64)).usableCores()).isEqualTo(8);
        assertThat(cpu(8, OptionalDouble.empty()).usableCores()).isEqualTo(8);
        assertThat(cpu(8, OptionalDouble.of(1.5)).describe())
                .isEqualTo("Test 1, 8 cores (16 threads), a quota of 1.5, amx_bf16 avx2, 4 GiB");
    }

    @Test
    void affinityListsAreReadAsTheKernelWritesThem() throws IOException {
        Files.createDirectories(folder.resolve("proc/self"));
        Files.writeString(
                folder.resolve("proc/self/status"), "Name:\tjava\nCpus_allowed:\tf\nCpus_allowed_list:\t0-2,8,10-11\n");

        assertThat(HostCpu.allowedProcessors(folder)).containsExactly(0, 1, 2, 8, 10, 11);
        assertThat(HostCpu.allowedProcessors(folder.resolve("elsewhere"))).isEmpty();
        Files.writeString(folder.resolve("proc/self/status"), "Cpus_allowed_list:\t\n");
        assertThat(HostCpu.allowedProcessors(folder)).isEmpty();
    }

    @Test
    void bf16InHardwareIsToldFromBf16ByWayOfFp32() {
        assertThat(cpu(1, OptionalDouble.empty()).multipliesBf16()).isTrue();
        assertThat(new HostCpu(
                                "x",
                                "",
                                "",
                                1,
                                1,
                                1,
                                OptionalDouble.empty(),
                                List.of("avx2", "avx512f"),
                                1,
                                OptionalLong.empty(),
                                1)
                        .multipliesBf16())
                .isFalse();
    }

    private static HostCpu cpu(int cores, OptionalDouble quota) {
        return new HostCpu(
                "Test 1",
                "family 1",
                "",
                1,
                cores,
                2 * cores,
                quota,
                List.of("amx_bf16", "avx2"),
                8L << 30,
                OptionalLong.of(4L << 30),
                1L << 30);
    }
}
