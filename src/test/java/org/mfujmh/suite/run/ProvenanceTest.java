package org.mfujmh.suite.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mfujmh.device.Device;
import org.mfujmh.device.cpu.HostCpu;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.gpu.Gpu.GpuProcess;
import org.mfujmh.device.gpu.Gpu.MigSlice;
import org.mfujmh.device.gpu.GpuReading;
import org.mfujmh.device.machine.Machine;
import org.mfujmh.device.peaks.PeakChoice;
import org.mfujmh.device.peaks.PeakPrecision;
import org.mfujmh.suite.tuning.EngineProbe;

/** What a result records of the GPU that it ran on, and what is said of it. */
class ProvenanceTest {
    private static final HostCpu CPU = new HostCpu(
            "Test CPU 1",
            "",
            "",
            1,
            4,
            8,
            OptionalDouble.of(1.5),
            List.of("avx2"),
            64L << 30,
            OptionalLong.of(16L << 30),
            1);

    @Test
    void theGpuThatCudaUsesIsTheOneRecorded() {
        Map<String, String> properties = properties("cuda:1", gpus("NVIDIA H100 80GB HBM3", 3));

        assertThat(properties)
                .containsEntry("mfu.device", "NVIDIA H100 80GB HBM3")
                .containsEntry("mfu.gpuUuid", "GPU-1")
                .containsEntry("mfu.driver", "550.54")
                .containsEntry("mfu.memory", String.valueOf(81559L << 20))
                .containsEntry("mfu.peakTflops", "989.4")
                .containsEntry("mfu.boostMhz", "1830.0");
    }

    @Test
    void amongDifferentGpusNoneIsGuessedAndThereIsNoPeak() {
        List<Gpu> mixed = List.of(gpu(0, "Tesla T4"), gpu(1, "NVIDIA H100 80GB HBM3"));
        Device device = new Machine(CPU, new GpuReading.Found(mixed, List.of())).deviceNamed("cuda:0");

        assertThat(device.slug()).isEqualTo("unidentified-gpu");
        assertThat(properties("cuda:0", mixed))
                .hasEntrySatisfying(
                        "mfu.device", name -> assertThat(name).startsWith("unidentified GPU cuda:0 (machine "))
                .containsEntry("mfu.peakTflops", "")
                .hasEntrySatisfying(
                        "mfu.peakSource", source -> assertThat(source).contains("Set CUDA_DEVICE_ORDER=PCI_BUS_ID"))
                .doesNotContainKeys("mfu.gpuUuid", "mfu.boostMhz");
        assertThat(DeviceNotes.about(device, CPU, 8)).singleElement().asString().contains("CUDA_DEVICE_ORDER");
    }

    @Test
    void aSliceOfACardIsRecordedAsTheSlice() {
        Gpu divided = new Gpu(
                0,
                "NVIDIA A100-SXM4-40GB",
                "GPU-0",
                "550.54",
                OptionalInt.of(40960),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                true,
                List.of(new MigSlice("3g.20gb", "MIG-1"), new MigSlice("1g.5gb", "MIG-2")),
                List.of());

        assertThat(properties("cuda:0", List.of(divided)))
                .containsEntry("mfu.device", "NVIDIA A100-SXM4-40GB MIG 3g.20gb")
                .containsEntry("mfu.gpuUuid", "MIG-1")
                .containsEntry("mfu.memory", "")
                .containsEntry("mfu.peakTflops", "");
    }

    @Test
    void aGpuWithoutNvidiaSmiIsNotTakenForTheCpu() {
        Machine machine = new Machine(
                CPU, new GpuReading.Unavailable(GpuReading.Reason.HUNG, "nvidia-smi did not answer within 20 s."));

        assertThat(machine.deviceNamed("cuda:0").name()).startsWith("unidentified GPU cuda:0 (machine ");
    }

    @Test
    void aCpuIsRecordedWithWhatControlGroupsLeaveOfIt() {
        assertThat(properties("cpu", List.of()))
                .containsEntry("mfu.device", "Test CPU 1")
                .containsEntry("mfu.cores", "4")
                .containsEntry("mfu.cpuQuota", "1.5")
                .containsEntry("mfu.memory", String.valueOf(16L << 30))
                .doesNotContainKey("mfu.gpuUuid");
        assertThat(DeviceNotes.about(CPU, CPU, 8))
                .containsExactly("libtorch uses 8 threads, but the control group grants the time of 1.5 CPUs, so"
                        + " threads will be throttled. Set OMP_NUM_THREADS=1.");
        assertThat(DeviceNotes.about(CPU, CPU, 1)).isEmpty();
    }

    @Test
    void anotherSuiteOnTheSameGpuIsNoticedAndOneOnAnotherGpuIsNot() {
        Gpu ours = gpu(0, "NVIDIA L4");
        GpuProcess suite = new GpuProcess(4242, "/usr/bin/java", OptionalInt.of(5000));
        GpuReading now =
                new GpuReading.Found(List.of(with(gpu(0, "NVIDIA L4"), suite), gpu(1, "NVIDIA L4")), List.of());

        assertThat(DeviceNotes.others(ours, now).orElseThrow())
                .contains("also used by process 4242 (/usr/bin/java, 5000 MiB)");
        assertThat(DeviceNotes.others(gpu(1, "NVIDIA L4"), now)).isEmpty();
    }

    private static Map<String, String> properties(String device, List<Gpu> gpus) {
        GpuReading reading = gpus.isEmpty()
                ? new GpuReading.Unavailable(GpuReading.Reason.NO_PROGRAM, "none")
                : new GpuReading.Found(gpus, List.of());
        Machine machine = new Machine(CPU, reading);
        EngineProbe.EngineInfo answer = answer(device);
        return Provenance.of(answer, machine, Set.of())
                .with(PeakChoice.SHIPPED.denominator(machine.deviceNamed(answer.device()), PeakPrecision.BF16))
                .properties();
    }

    private static EngineProbe.EngineInfo answer(String device) {
        return new EngineProbe.EngineInfo(null, device, "2.7.1", "0.36.0", 8, Map.of());
    }

    private static List<Gpu> gpus(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> gpu(i, name)).toList();
    }

    private static Gpu gpu(int index, String name) {
        return with(index, name, List.of());
    }

    private static Gpu with(Gpu gpu, GpuProcess process) {
        return with(gpu.index(), gpu.name(), List.of(process));
    }

    private static Gpu with(int index, String name, List<GpuProcess> processes) {
        return new Gpu(
                index,
                name,
                "GPU-" + index,
                "550.54",
                name.contains("H100") ? OptionalInt.of(81559) : OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                false,
                List.of(),
                processes);
    }
}
