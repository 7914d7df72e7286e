package org.mfujmh.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.BadInput;
import org.mfujmh.device.cpu.HostCpu;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.gpu.GpuReading;
import org.mfujmh.device.gpu.NvidiaSmi;
import org.mfujmh.device.gpu.SmiOutput;
import org.mfujmh.device.gpu.UnidentifiedGpu;

class MemorySizeTest {
    private static final long GIB = 1L << 30;

    @ParameterizedTest
    @CsvSource({
        "8GiB, 8589934592",
        "8 gib, 8589934592",
        "512MiB, 536870912",
        "1.5GiB, 1610612736",
        "8GB, 8000000000",
        "1TiB, 1099511627776",
        "1.1234567GiB, 1206302446",
        "0.000001MB, 1",
        "00000000000000001GiB, 1073741824"
    })
    void sizesAreReadInBothKindsOfUnits(String written, long bytes) {
        assertThat(MemorySize.parse("--memory-limit", written)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8",
                "8G",
                "8GiBs",
                "lots",
                "-8GiB",
                "0GiB",
                "8 parsecs",
                "",
                "99999999999999TiB",
                "1e3GiB",
                "0.0000001MB"
            })
    void nonsenseIsRefusedWithAnExample(String written) {
        assertThatThrownBy(() -> MemorySize.parse("--memory-limit", written))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--memory-limit " + written)
                .hasMessageFindingMatch("8GiB|above 0");
    }

    /** Each has a unit: what is wrong is the number. */
    @ParameterizedTest
    @ValueSource(strings = {"0.0000001MB", "99999999999999999999GiB"})
    void aSizeWithAUnitIsNotToldToGiveOne(String written) {
        assertThatThrownBy(() -> MemorySize.parse("--memory-limit", written))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("Give a realistic size above 0");
    }

    @Test
    void aLimitAboveWhatIsAvailableIsRefusedWithWhatTheMachineHas() {
        assertThatThrownBy(() -> MemoryLimit.onCpu(cpu(16 * GIB, 10 * GIB), Optional.of(32 * GIB)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("32.00 GiB")
                .hasMessageContaining("has 16.00 GiB")
                .hasMessageContaining("10.00 GiB available now");
    }

    @Test
    void withoutALimitSomeOfWhatIsAvailableIsLeftToTheMachine() {
        MemoryLimit limit = MemoryLimit.onCpu(cpu(16 * GIB, 8 * GIB), Optional.empty());
        assertThat(limit.bytes()).isEqualTo(8 * GIB - GIB / 2);
        assertThat(limit.guardBytes()).isGreaterThan(limit.bytes()).isLessThan(8 * GIB);
    }

    /** unslothai/unsloth #10703: nvidia-smi tells no memory of a GB10. */
    @Test
    void aGpuThatDoesNotTellItsMemoryHasTheLimitThatIsGiven() {
        Gpu gb10 = gpu("0, NVIDIA GB10, GPU-0a, [N/A], Disabled");
        Gpu slice = gpu("0, NVIDIA A100-SXM4-40GB, GPU-0b, 40960, Enabled");
        for (Gpu gpu : List.of(gb10, slice)) {
            assertThat(MemoryLimit.onGpu(gpu, Optional.of(8 * GIB)).bytes()).isEqualTo(8 * GIB);
            assertThatThrownBy(() -> MemoryLimit.onGpu(gpu, Optional.empty()))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("does not report the memory of " + gpu.nameOfWhatRuns())
                    .hasMessageContaining("--memory-limit");
        }
    }

    @Test
    void aGpuThatIsNotIdentifiedDoesNotHaveTheHostsMemory() {
        UnidentifiedGpu gpu = new UnidentifiedGpu(0, "nvidia-smi hangs.");
        assertThat(MemoryLimit.on(gpu, Optional.of(8 * GIB)).bytes()).isEqualTo(8 * GIB);
        assertThatThrownBy(() -> MemoryLimit.on(gpu, Optional.empty()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("(nvidia-smi hangs)")
                .hasMessageContaining("--memory-limit");
    }

    /** Without nvidia-smi nobody knows: 0 bytes would prove that any batch fits. */
    @Test
    void memoryInUseThatCannotBeReadIsNotNone() {
        assumeThat(NvidiaSmi.query()).isInstanceOf(GpuReading.Unavailable.class);
        assertThatThrownBy(() -> new DeviceUse.OnCuda(0).now())
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("memory in use on cuda:0 is unknown")
                .hasMessageContaining("no nvidia-smi");
    }

    private static Gpu gpu(String row) {
        return SmiOutput.gpu(List.of("index", "name", "uuid", "memory.total", "mig.mode.current"), row)
                .orElseThrow();
    }

    private static HostCpu cpu(long memory, long available) {
        return new HostCpu(
                "a CPU", "", "", 1, 2, 2, OptionalDouble.empty(), List.of(), memory, OptionalLong.empty(), available);
    }
}
