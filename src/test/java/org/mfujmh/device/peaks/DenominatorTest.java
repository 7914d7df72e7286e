package org.mfujmh.device.peaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.BadInput;
import org.mfujmh.device.cpu.HostCpu;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.gpu.SmiOutput;
import org.mfujmh.device.peaks.Denominator.Known;
import org.mfujmh.device.peaks.Denominator.NoPeak;
import org.mfujmh.device.peaks.Denominator.Origin;

class DenominatorTest {
    private static final OptionalDouble NOT_GIVEN = OptionalDouble.empty();
    private static final PeakTable TABLE = PeakTable.shipped();

    @TempDir
    Path folder;

    @Test
    void theTablesPeakSaysItsSource() {
        Denominator denominator =
                Denominator.of(gpu("NVIDIA H100 80GB HBM3", 81559), PeakPrecision.BF16, NOT_GIVEN, TABLE);

        assertThat(denominator)
                .isEqualTo(new Known(
                        989.4,
                        PeakPrecision.BF16,
                        Origin.TABLE,
                        "NVIDIA H100 datasheet (24306; sparse halved)",
                        OptionalDouble.of(1830)));
        assertThat(denominator.describe())
                .isEqualTo("989.4 TFLOP/s bf16, NVIDIA H100 datasheet (24306; sparse halved)");
    }

    /** 132 SMs x 128 lanes x 2 x 1980 MHz = 66.9 TFLOP/s: not at the tensor cores' 1830. */
    @Test
    void anFp32PeakHasAClockOfItsOwn() {
        Gpu h100 = gpu("NVIDIA H100 80GB HBM3", 81559);
        Denominator fp32 = Denominator.of(h100, PeakPrecision.FP32, NOT_GIVEN, TABLE);
        assertThat(fp32.tflops()).isEqualTo(67.0);
        assertThat(fp32.boostMhz()).isEmpty();
    }

    /** A V100 has no bf16 peak, but memory. */
    @Test
    void bandwidthNeedsNoPeakOfAPrecision() {
        assertThat(PeakChoice.SHIPPED.bandwidthGbs(gpu("Tesla V100-SXM2-16GB", 16160)))
                .hasValue(900);
        assertThat(PeakChoice.SHIPPED.bandwidthGbs(gpu("NVIDIA H100 80GB HBM3", 81559)))
                .hasValue(3350);
        assertThat(PeakChoice.SHIPPED.bandwidthGbs(gpu("No Such Card", 16160))).isEmpty();
    }

    @Test
    void theUsersFigureGoesBeforeAllAndIsRecordedAsSuch() {
        Denominator denominator =
                Denominator.of(gpu("NVIDIA H100 80GB HBM3", 81559), PeakPrecision.BF16, OptionalDouble.of(800), TABLE);

        assertThat(denominator)
                .isEqualTo(new Known(800, PeakPrecision.BF16, Origin.GIVEN, "set by --peak-tflops", NOT_GIVEN));
        assertThat(denominator.describe()).isEqualTo("800 TFLOP/s bf16, set by --peak-tflops");
    }

    @Test
    void aUsersTableIsRecordedAsSuchAndMayNameACpu() throws IOException {
        Path own = Files.writeString(folder.resolve("own.csv"), "device,bf16,fp32\nTest CPU 1,3.5,none\n");
        PeakTable table = TABLE.overriddenBy(own);

        assertThat(Denominator.of(cpu(), PeakPrecision.BF16, NOT_GIVEN, table))
                .isEqualTo(new Known(3.5, PeakPrecision.BF16, Origin.OWN_TABLE, own + ", line 2", NOT_GIVEN));
    }

    @Test
    void aCpuHasNoneAndTheReasonIsSaid() {
        Denominator denominator = Denominator.of(cpu(), PeakPrecision.BF16, NOT_GIVEN, TABLE);

        assertThat(denominator.tflops()).isNaN();
        assertThat(denominator.describe()).startsWith("no datasheet peak: CPU datasheets give no");
    }

    @Test
    void aSliceOfADividedCardIsNotTheCard() {
        Gpu divided = new Gpu(
                0,
                "NVIDIA A100-SXM4-40GB",
                "GPU-1",
                "",
                OptionalInt.of(40960),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                true,
                List.of(),
                List.of());

        assertThat(Denominator.of(divided, PeakPrecision.BF16, NOT_GIVEN, TABLE))
                .isInstanceOfSatisfying(
                        NoPeak.class, none -> assertThat(none.reason()).contains("MIG"));
    }

    @Test
    void bf16OnAT4HasNone() {
        assertThat(Denominator.of(gpu("Tesla T4", 15109), PeakPrecision.BF16, NOT_GIVEN, TABLE)
                        .describe())
                .contains("T4 has no matrix units for bf16");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void aFigureThatIsNoPeakIsRefused(double given) {
        assertThatThrownBy(() -> Denominator.of(cpu(), PeakPrecision.BF16, OptionalDouble.of(given), TABLE))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("a number above 0");
    }

    private static HostCpu cpu() {
        return new HostCpu("Test CPU 1", "", "", 1, 2, 2, NOT_GIVEN, List.of(), 1, OptionalLong.empty(), 1);
    }

    static Gpu gpu(String name, int memoryMib) {
        return SmiOutput.gpu(List.of("index", "name", "uuid", "memory.total"), "0, " + name + ", GPU-0, " + memoryMib)
                .orElseThrow();
    }
}
