package org.mfujmh.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

class MemorySizeTest {
    private static final long GIB = 1L << 30;

    @ParameterizedTest
    @CsvSource({
        "8GiB, 8589934592",
        "8 gib, 8589934592",
        "512MiB, 536870912",
        "1.5GiB, 1610612736",
        "8GB, 8000000000",
        "1TiB, 1099511627776"
    })
    void sizesAreReadInBothKindsOfUnits(String written, long bytes) {
        assertThat(MemorySize.parse("--memory-limit", written)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"8", "8G", "8GiBs", "lots", "-8GiB", "0GiB", "8 parsecs", "", "99999999999999TiB", "1e3GiB"})
    void nonsenseIsRefusedWithAnExample(String written) {
        assertThatThrownBy(() -> MemorySize.parse("--memory-limit", written))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--memory-limit " + written)
                .hasMessageFindingMatch("8GiB|above 0");
    }

    @Test
    void aLimitAboveWhatIsAvailableIsRefusedWithWhatTheMachineHas() {
        assertThatThrownBy(() -> MemoryLimit.onCpu(cpu(16 * GIB, 10 * GIB), Optional.of(32 * GIB)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("32.00 GiB")
                .hasMessageContaining("has 16.00 GiB")
                .hasMessageContaining("10.00 GiB are available now");
    }

    @Test
    void withoutALimitSomeOfWhatIsAvailableIsLeftToTheMachine() {
        MemoryLimit limit = MemoryLimit.onCpu(cpu(16 * GIB, 8 * GIB), Optional.empty());
        assertThat(limit.bytes()).isEqualTo(8 * GIB - GIB / 2);
        assertThat(limit.guardBytes()).isGreaterThan(limit.bytes()).isLessThan(8 * GIB);
    }

    private static HostCpu cpu(long memory, long available) {
        return new HostCpu(
                "a CPU", "", 1, 2, 2, OptionalDouble.empty(), List.of(), memory, OptionalLong.empty(), available);
    }
}
