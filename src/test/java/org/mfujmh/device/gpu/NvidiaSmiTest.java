package org.mfujmh.device.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.device.cpu.HostCpu;
import org.mfujmh.device.gpu.Gpu.GpuProcess;
import org.mfujmh.device.gpu.GpuReading.Found;
import org.mfujmh.device.gpu.GpuReading.Reason;
import org.mfujmh.device.gpu.GpuReading.Unavailable;
import org.mfujmh.device.machine.Machine;

/** Against shell scripts that print what real drivers print. */
@DisabledOnOs(OS.WINDOWS)
class NvidiaSmiTest {
    private static final String H100 =
            "0, NVIDIA H100 80GB HBM3, GPU-5c2d3a6e-0f0b-9d5e-8d0e-1f2a3b4c5d6e, 535.129.03, 81559, 4, 1980, 345,"
                    + " 2619, 2619, 700.00, Disabled";

    @TempDir
    Path folder;

    @Test
    void oneGpu() throws IOException {
        Gpu gpu = onlyGpu(query(gpus(H100)));

        assertThat(gpu.name()).isEqualTo("NVIDIA H100 80GB HBM3");
        assertThat(gpu.uuid()).isEqualTo("GPU-5c2d3a6e-0f0b-9d5e-8d0e-1f2a3b4c5d6e");
        assertThat(gpu.driver()).isEqualTo("535.129.03");
        assertThat(gpu.memoryMib()).hasValue(81559);
        assertThat(gpu.memoryUsedMib()).hasValue(4);
        assertThat(gpu.maxSmClockMhz()).hasValue(1980);
        assertThat(gpu.smClockMhz()).hasValue(345);
        assertThat(gpu.maxMemoryClockMhz()).hasValue(2619);
        assertThat(gpu.powerLimitW()).hasValue(700);
        assertThat(gpu.mig()).isFalse();
        assertThat(gpu.othersUsingIt()).isEmpty();
        assertThat(gpu.slug()).isEqualTo("nvidia-h100-80gb-hbm3");
    }

    @Test
    void eightGpus() throws IOException {
        String eight = IntStream.range(0, 8)
                .mapToObj(i -> i + ", NVIDIA A100-SXM4-80GB, GPU-" + i
                        + "d2e-1, 550.54.15, 81920, 7, 1410, 210, 1593, 1593, 400.00, Disabled")
                .collect(Collectors.joining("\n"));

        Found found = found(query(gpus(eight)));

        assertThat(found.gpus()).extracting(Gpu::index).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(found.gpus()).extracting(Gpu::name).containsOnly("NVIDIA A100-SXM4-80GB");
        assertThat(found.warnings()).isEmpty();
    }

    @Test
    void aDividedCardIsTheSliceThatAProgramGets() throws IOException {
        Found found = found(query("""
                        case "$*" in
                        --query-gpu=*) echo '0, NVIDIA A100-SXM4-40GB, GPU-5d5b, 535.86.10, 40960, [N/A], 1410, 210, 1215, 1215, 400.00, Enabled';;
                        --query-compute-apps=*) ;;
                        -L) echo 'GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5d5b)'
                            echo '  MIG 3g.20gb     Device  0: (UUID: MIG-1a4a)'
                            echo '  MIG 1g.5gb+me   Device  1: (UUID: MIG-2b5b)';;
                        esac"""));
        Gpu gpu = found.gpus().get(0);

        assertThat(gpu.mig()).isTrue();
        assertThat(gpu.slices()).extracting(Gpu.MigSlice::profile).containsExactly("3g.20gb", "1g.5gb+me");
        assertThat(gpu.nameOfWhatRuns()).isEqualTo("NVIDIA A100-SXM4-40GB MIG 3g.20gb");
        assertThat(gpu.slug()).isEqualTo("nvidia-a100-sxm4-40gb-mig-3g-20gb");
        assertThat(gpu.memoryUsedMib()).isEmpty();
    }

    @Test
    void othersOnTheGpuAreNoticedAndThisProcessIsNotOneOfThem() throws IOException {
        long us = ProcessHandle.current().pid();
        Gpu gpu = onlyGpu(query("""
                case "$*" in
                --query-gpu=*) echo '%s';;
                --query-compute-apps=*) echo 'GPU-5c2d3a6e-0f0b-9d5e-8d0e-1f2a3b4c5d6e, %d, java, 512'
                    echo 'GPU-5c2d3a6e-0f0b-9d5e-8d0e-1f2a3b4c5d6e, 4194305, /opt/a, b/python3, 17312'
                    echo 'GPU-5c2d3a6e-0f0b-9d5e-8d0e-1f2a3b4c5d6e, 4194306, [Insufficient Permissions], [N/A]'
                    echo 'GPU-ffff, 4194307, other, 1';;
                esac""".formatted(H100, us)));

        assertThat(gpu.processes())
                .containsExactly(
                        new GpuProcess(4194305, "/opt/a, b/python3", OptionalInt.of(17312)),
                        new GpuProcess(4194306, "[Insufficient Permissions]", OptionalInt.empty()));
        assertThat(gpu.othersUsingIt().orElseThrow())
                .startsWith(
                        "GPU 0 (NVIDIA H100 80GB HBM3) is also used by process 4194305 (/opt/a, b/python3, 17312 MiB)");
    }

    @Test
    void anOldDriverIsAskedOnlyWhatItKnows() throws IOException {
        Gpu gpu = onlyGpu(query("""
                        case "$*" in
                        *mig.mode.current*) echo 'Field "mig.mode.current" is not a valid field to query.'; exit 2;;
                        *enforced.power.limit*) echo 'Field "enforced.power.limit" is not a valid field to query.'; exit 2;;
                        --query-gpu=*) echo '0, Tesla V100-SXM2-16GB, GPU-1, 418.87.00, 16130, 0, 1530, 135, 877, 877';;
                        esac"""));

        assertThat(gpu.name()).isEqualTo("Tesla V100-SXM2-16GB");
        assertThat(gpu.powerLimitW()).isEmpty();
        assertThat(gpu.memoryMib()).hasValue(16130);
    }

    @Test
    void aCardThatTellsLittleIsStillThere() throws IOException {
        Gpu gpu = onlyGpu(query(gpus("0, NVIDIA GeForce GT 710, GPU-7, 470.57.02, 2001, 300, [N/A], [Not Supported],"
                + " [Unknown Error], N/A, [N/A], [N/A]")));

        assertThat(gpu.maxSmClockMhz()).isEmpty();
        assertThat(gpu.smClockMhz()).isEmpty();
        assertThat(gpu.powerLimitW()).isEmpty();
        assertThat(gpu.mig()).isFalse();
    }

    @Test
    void decimalCommasOfOtherLocalesAreNumbersAndTheLocaleIsAskedToBeC() throws IOException {
        Gpu gpu = onlyGpu(query("""
                case "$*" in
                --query-gpu=*) echo "0, NVIDIA L4, GPU-$LC_ALL, 550.1, 23034, 0, 2040, 300, 6251, 6251, 72,50, Disabled";;
                esac"""));

        assertThat(gpu.powerLimitW()).hasValue(72.5);
        assertThat(gpu.uuid()).isEqualTo("GPU-C");
    }

    @Test
    void windowsLineEndsAndAWarningBesideTheListDoNoHarm() throws IOException {
        Found found = found(query(gpus("WARNING: infoROM is corrupted at gpu 0000:3B:00.0\r\n" + H100 + "\r")));

        assertThat(found.gpus()).hasSize(1);
        assertThat(found.gpus().get(0).mig()).isFalse();
        assertThat(found.warnings())
                .containsExactly("nvidia-smi also printed \"WARNING: infoROM is corrupted at gpu 0000:3B:00.0\".");
    }

    @Test
    void aGpuLostBesideOneThatIsWellIsAWarning() throws IOException {
        Found found = found(query(gpus(H100
                + "\nUnable to determine the device handle for GPU 0000:02:00.0: GPU is"
                + " lost.  Reboot the system to recover this GPU")));

        assertThat(found.gpus()).hasSize(1);
        assertThat(found.warnings()).singleElement().asString().contains("GPU is lost");
    }

    @Test
    void noDevices() throws IOException {
        assertUnavailable(
                query("echo 'No devices were found'; exit 6"), Reason.NO_DEVICES, "no GPU visible to this process");
    }

    @Test
    void driverAndLibraryOfDifferentVersions() throws IOException {
        assertUnavailable(
                query("echo 'Failed to initialize NVML: Driver/library version mismatch'; echo 'NVML library"
                        + " version: 535.161'; exit 18"),
                Reason.FAILED,
                "failed with exit code 18 and printed \"Failed to initialize NVML: Driver/library version mismatch"
                        + " NVML library version: 535.161\"");
    }

    @Test
    void noDriver() throws IOException {
        assertUnavailable(
                query("echo \"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\" >&2;"
                        + " exit 9"),
                Reason.FAILED,
                "couldn't communicate with the NVIDIA driver");
    }

    @Test
    void garbage() throws IOException {
        assertUnavailable(query("printf 'a, b, c\\n\\033[2J\\377\\000{}\\n'"), Reason.GARBLED, "printed \"a, b, c [2J");
        assertUnavailable(query("exit 0"), Reason.GARBLED, "nvidia-smi printed nothing, which is not a list of GPUs");
        assertUnavailable(
                query(gpus("zero, one, two, three, four, five, six, seven, eight, nine, ten, eleven")),
                Reason.GARBLED,
                "zero");
    }

    @Test
    void outputWithoutEnd() throws IOException {
        assertThat(query("yes 'no GPU here'")).isInstanceOf(Unavailable.class);
    }

    @Test
    void aHangIsSurvivedAlsoWhereAChildHoldsTheOutputAndTheChildIsEnded() throws IOException {
        Path child = folder.resolve("child");
        long start = System.nanoTime();

        GpuReading reading = query(
                "echo '%s'; sleep 600 & echo $! > %s.part; mv %s.part %s; wait".formatted(H100, child, child, child),
                Duration.ofSeconds(2));

        assertUnavailable(reading, Reason.HUNG, "did not answer within 2 s");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
        long pid = Long.parseLong(Files.readString(child).strip());
        ProcessHandle.of(pid).ifPresent(left -> assertThat(left.onExit()).succeedsWithin(Duration.ofSeconds(10)));
    }

    @Test
    void aHangAtTheSecondQuestionKeepsTheFirstAnswer() throws IOException {
        String hangs = "case \"$*\" in --query-gpu=*) echo '" + H100 + "';; *) sleep 600;; esac";

        Found found = found(query(hangs, Duration.ofSeconds(3)));

        assertThat(found.gpus()).hasSize(1);
        assertThat(found.warnings()).containsExactly("nvidia-smi does not report who else uses the GPUs.");
    }

    @Test
    void noProgram() {
        assertUnavailable(
                NvidiaSmi.query(
                        folder + File.pathSeparator + "" + File.pathSeparator + "/nowhere", Duration.ofSeconds(1)),
                Reason.NO_PROGRAM,
                "There is no nvidia-smi on the PATH");
    }

    @Test
    void aProgramThatCannotRun() throws IOException {
        Path program = Files.writeString(folder.resolve("nvidia-smi"), "#!/nowhere/at/all\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertUnavailable(NvidiaSmi.query(folder.toString(), Duration.ofSeconds(5)), Reason.FAILED, "could not be run");
    }

    @Test
    void aMachineWithoutNvidiaSmiHasNothingToWarnOf() {
        HostCpu cpu = new HostCpu(
                "x",
                "",
                "",
                1,
                1,
                1,
                java.util.OptionalDouble.empty(),
                List.of(),
                1,
                java.util.OptionalLong.empty(),
                1);

        assertThat(new Machine(cpu, new Unavailable(Reason.NO_PROGRAM, "none")).troubles())
                .isEmpty();
        assertThat(new Machine(cpu, new Unavailable(Reason.HUNG, "It hangs.")).troubles())
                .containsExactly("It hangs.");
    }

    private static void assertUnavailable(GpuReading reading, Reason reason, String says) {
        assertThat(reading).asInstanceOf(type(Unavailable.class)).satisfies(none -> {
            assertThat(none.reason()).isEqualTo(reason);
            assertThat(none.sentence())
                    .contains(says)
                    .doesNotContain("\n", "\u001b")
                    .endsWith(".");
        });
    }

    private static Gpu onlyGpu(GpuReading reading) {
        Found found = found(reading);
        assertThat(found.warnings()).isEmpty();
        assertThat(found.gpus()).hasSize(1);
        return found.gpus().get(0);
    }

    private static Found found(GpuReading reading) {
        assertThat(reading).isInstanceOf(Found.class);
        return (Found) reading;
    }

    /** A script that lists these GPUs, and no process. */
    private static String gpus(String lines) {
        return "case \"$*\" in --query-gpu=*) cat <<'END'\n" + lines + "\nEND\n;; esac";
    }

    private GpuReading query(String script) throws IOException {
        return query(script, Duration.ofSeconds(30));
    }

    private GpuReading query(String script, Duration timeout) throws IOException {
        Path program = Files.writeString(folder.resolve("nvidia-smi"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return NvidiaSmi.query("/nowhere" + File.pathSeparator + folder, timeout);
    }
}
