package org.mfujmh.device.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a driver does not tell is unknown, never zero, and costs no other cell. Rows are from public bug reports. */
@DisabledOnOs(OS.WINDOWS)
class UntoldCellsTest {
    private static final String H100 =
            "0, NVIDIA H100 80GB HBM3, GPU-5c2d3a6e-0f0b-9d5e-8d0e-1f2a3b4c5d6e, 535.129.03, 81559, 4, 1980, 345,"
                    + " 2619, 2619, 700.00, Disabled";

    @TempDir
    Path folder;

    /** unslothai/unsloth #10703: a DGX Spark shares its memory with the host. */
    @Test
    void aGb10TellsItsNameAndNotItsMemory() throws IOException {
        Gpu gpu = only(resource("gb10.csv"));

        assertThat(gpu.name()).isEqualTo("NVIDIA GB10");
        assertThat(gpu.memoryMib()).isEmpty();
        assertThat(gpu.memoryUsedMib()).isEmpty();
        assertThat(gpu.maxSmClockMhz()).hasValue(3003);
    }

    /** anduril/jetpack-nixos #371: an Orin's UUID has no GPU- before it. */
    @Test
    void anOrinIsAGpu() throws IOException {
        Gpu gpu = only(resource("orin.csv"));

        assertThat(gpu.name()).isEqualTo("Orin (nvgpu)");
        assertThat(gpu.uuid()).isEqualTo("00000000-0000-5a5e-0000-00000000000b");
        assertThat(CudaGpus.choose(
                        List.of(gpu), 0, Map.of("CUDA_VISIBLE_DEVICES", "GPU-00000000-0000-5a5e-0000-00000000000b")))
                .isEqualTo(new CudaGpus.GpuChoice.Chosen(gpu));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[N/A]",
                "N/A",
                "[Not Supported]",
                "Not Supported",
                "[Unknown Error]",
                "Unknown Error",
                "ERR!",
                "[ERR!]",
                "[GPU requires reset]",
                "GPU requires reset",
                "[Insufficient Permissions]",
                "[Not Found]",
                "[GPU is lost]",
                "GPU access blocked by the operating system"
            })
    void anUntoldCellOfAnyColumnIsUnknownAndCostsNoOther(String untold) {
        for (int odd = 1; odd < SmiOutput.GPU_FIELDS.size(); odd++) {
            List<String> cells = new ArrayList<>(Arrays.asList(H100.split(", ", -1)));
            cells.set(odd, untold);
            Gpu gpu = row(String.join(", ", cells));

            assertThat(gpu.name())
                    .isEqualTo(
                            odd == 1
                                    ? "unnamed NVIDIA GPU (GPU-5c2d3a6e-0f0b-9d5e-8d0e-1f2a3b4c5d6e)"
                                    : "NVIDIA H100 80GB HBM3");
            assertThat(gpu.uuid().isEmpty()).isEqualTo(odd == 2);
            assertThat(gpu.driver().isEmpty()).isEqualTo(odd == 3);
            assertThat(gpu.memoryMib().isEmpty()).isEqualTo(odd == 4);
            assertThat(gpu.memoryUsedMib().isEmpty()).isEqualTo(odd == 5);
            assertThat(gpu.maxSmClockMhz().isEmpty()).isEqualTo(odd == 6);
            assertThat(gpu.smClockMhz().isEmpty()).isEqualTo(odd == 7);
            assertThat(gpu.maxMemoryClockMhz().isEmpty()).isEqualTo(odd == 8);
            assertThat(gpu.memoryClockMhz().isEmpty()).isEqualTo(odd == 9);
            assertThat(gpu.powerLimitW().isEmpty()).isEqualTo(odd == 10);
            assertThat(gpu.mig()).isFalse();
        }
    }

    @Test
    void aRowWithoutItsIndexHasItsPlaceInTheList() throws IOException {
        String other = H100.replace("5c2d3a6e", "00000001");
        List<Gpu> gpus =
                script(H100 + "\n" + other.replaceFirst("0", "[N/A]"), "").gpus();

        assertThat(gpus).extracting(Gpu::index).containsExactly(0, 1);
        assertThat(gpus.get(1).memoryMib()).hasValue(81559);
    }

    @Test
    void noCardHasNoMemory() {
        assertThat(row(H100.replace("81559", "0")).memoryMib()).isEmpty();
        assertThat(row(H100.replace(" 4,", " 0,")).memoryUsedMib()).hasValue(0);
    }

    @Test
    void aNameWithACommaAndARowThatIsCutShortKeepTheirCells() {
        Gpu named = row(H100.replace("HBM3", "HBM3, by somebody"));
        assertThat(named.name()).isEqualTo("NVIDIA H100 80GB HBM3, by somebody");
        assertThat(named.powerLimitW()).hasValue(700);
        assertThat(row(H100.replaceAll(", 345.*", "")).memoryMib()).hasValue(81559);
        assertThat(row(H100 + ", one more").memoryMib()).hasValue(81559);
    }

    @Test
    void twoGpusWithoutANameAreNotKnownToBeAlike() {
        Gpu one = row(H100.replace("NVIDIA H100 80GB HBM3", "[Unknown Error]"));
        Gpu other = row(H100.replace("NVIDIA H100 80GB HBM3", "[Unknown Error]").replaceFirst("0", "1"));

        assertThat(CudaGpus.choose(List.of(one, other), 0, Map.of())).isInstanceOf(CudaGpus.GpuChoice.Unclear.class);
        assertThat(CudaGpus.choose(List.of(one), 0, Map.of())).isInstanceOf(CudaGpus.GpuChoice.Chosen.class);
    }

    /** In a container nvidia-smi numbers processes as the host does: such a number is not one of ours by chance. */
    @Test
    void aProcessOfAnotherContainerIsNotOursThoughItsNumberIs() throws IOException {
        long us = ProcessHandle.current().pid();
        String uuid = H100.split(", ", -1)[2];
        Gpu gpu = found(script(
                H100,
                "%s, %d, [Not Found], [N/A]\n%s, %d, java, 512\n%s, [N/A], [N/A], [N/A]"
                        .formatted(uuid, us, uuid, us, uuid)));

        assertThat(gpu.processes()).hasSize(2);
        assertThat(gpu.othersUsingIt().orElseThrow())
                .contains("process " + us + " (in another container), process with unknown id ([N/A])");
    }

    @Test
    void memoryInUseThatTheCardDoesNotTellIsThatOfItsProcessesOrUnknown() throws IOException {
        String gb10 = resource("gb10.csv");
        String uuid = gb10.split(", ", -1)[2];
        String here = folder.toString();

        Gpu gpu = found(script(gb10, "%s, 1, a, 300\n%s, 2, b, 200".formatted(uuid, uuid)));
        assertThat(NvidiaSmi.memoryUsedMib(gpu, here, List.of())).hasValue(500);
        gpu = found(script(gb10, "%s, 1, a, 300\n%s, 2, b, [N/A]".formatted(uuid, uuid)));
        assertThat(NvidiaSmi.memoryUsedMib(gpu, here, List.of())).isEmpty();
        gpu = found(script(gb10, "%s, 1, a, 300\n[N/A], 2, b, 200".formatted(uuid)));
        assertThat(gpu.processes()).hasSize(1);
        assertThat(NvidiaSmi.memoryUsedMib(gpu, here, List.of())).isEmpty();
        gpu = found(script(gb10, "%s, 1, a, 300\n[Unknown Error], 2, b, 200".formatted(uuid)));
        assertThat(NvidiaSmi.memoryUsedMib(gpu, here, List.of())).isEmpty();
        gpu = found(script(gb10, ""));
        assertThat(NvidiaSmi.memoryUsedMib(gpu, here, List.of())).isEmpty();
        assertThat(NvidiaSmi.memoryUsedMib(row(H100), here, List.of())).hasValue(4);
    }

    /** gpustack #1297: under Windows' subsystem for Linux it is not on root's PATH. */
    @Test
    void aProgramInAUsualFolderIsFoundAfterThoseOfThePath() throws IOException {
        script(H100, "");
        Path windows = Files.createDirectories(folder.resolve("windows"));
        Files.copy(folder.resolve("nvidia-smi"), windows.resolve("nvidia-smi.exe"));

        GpuReading found = NvidiaSmi.query(
                "/nowhere" + File.pathSeparator + windows, List.of(folder.toString()), Duration.ofSeconds(30));

        assertThat(found.gpus()).hasSize(1);
        assertThat(Files.exists(folder.resolve("asked"))).isTrue();
        assertThat(Files.exists(windows.resolve("asked"))).isFalse();
    }

    private static Gpu row(String line) {
        return SmiOutput.gpu(SmiOutput.GPU_FIELDS, line).orElseThrow();
    }

    private Gpu only(String rows) throws IOException {
        return found(script(rows, ""));
    }

    private static Gpu found(GpuReading reading) {
        assertThat(reading).isInstanceOf(GpuReading.Found.class);
        assertThat(reading.gpus()).hasSize(1);
        return reading.gpus().get(0);
    }

    /** An nvidia-smi that prints these rows and processes, and leaves a file beside it. */
    private GpuReading script(String rows, String processes) throws IOException {
        Path program = folder.resolve("nvidia-smi");
        Files.writeString(program, """
                #!/bin/sh
                touch "$(dirname "$0")/asked"
                case "$*" in
                --query-gpu=*) cat <<'END'
                %s
                END
                ;;
                --query-compute-apps=*) cat <<'END'
                %s
                END
                ;;
                esac
                """.formatted(rows.strip(), processes));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return NvidiaSmi.query(folder.toString(), Duration.ofSeconds(30));
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream = UntoldCellsTest.class.getResourceAsStream("smi/" + name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
