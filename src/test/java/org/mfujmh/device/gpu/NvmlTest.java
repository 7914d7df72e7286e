package org.mfujmh.device.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.device.gpu.Nvml.NvmlException;

/** Real calls into a library that makes its answers up. */
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NvmlTest {
    private static final long IDLE = 0x1;
    private static final long CLOCK_SET_BY_SOMEBODY = 0x2;
    private static final long POWER_CAP = 0x4;
    private static final long HARDWARE_SLOWDOWN = 0x8;
    private static final long HEAT = 0x40;

    private String library;
    private Function set;

    @BeforeAll
    void build(@TempDir Path folder) throws Exception {
        library = FakeNvml.build(folder).toString();
        set = NativeLibrary.getInstance(library).getFunction("fake_set");
    }

    @Test
    void whatTheLibraryTellsArrivesInItsUnits() throws NvmlException {
        tell(1400, POWER_CAP);
        try (Nvml gpu = Nvml.open(FakeNvml.UUID, library)) {
            assertThat(gpu.sample())
                    .isEqualTo(new GpuSample(1400, 250, 61, new ThrottleReasons(true, true, false), 3L << 30));
        }
    }

    @Test
    void aCardThatTellsNothingIsNotANumber() throws NvmlException {
        try (Nvml gpu = Nvml.open("GPU-mute", library)) {
            assertThat(gpu.sample())
                    .isEqualTo(new GpuSample(Double.NaN, Double.NaN, Double.NaN, ThrottleReasons.UNKNOWN, Double.NaN));
            assertThat(gpu.energyJoules()).isNaN();
        }
    }

    @Test
    void anOldDriversLibraryLacksFunctionsAndIsSurvived() throws NvmlException {
        // libm has none of NVML's functions at all: the first that is called says so.
        assertThatThrownBy(() -> Nvml.open(FakeNvml.UUID, "libm.so.6"))
                .isInstanceOf(NvmlException.class)
                .hasMessageContaining("nvmlInit_v2");
    }

    @Test
    void noLibraryAndNoSuchGpuAreSentences() {
        assertThatThrownBy(() -> Nvml.open("GPU-other", library))
                .isInstanceOf(NvmlException.class)
                .hasMessage("nvmlDeviceGetHandleByUUID(GPU-other) of the driver library failed with code 6");
        assertThatThrownBy(() -> Nvml.open(FakeNvml.UUID, "libnowhere-at-all.so.7"))
                .isInstanceOf(NvmlException.class)
                .hasMessageStartingWith("the driver library libnowhere-at-all.so.7 cannot be loaded: ");
    }

    @Test
    void idleAndAClockThatSomebodySetAreNotThrottled() {
        assertThat(ThrottleReasons.of(IDLE | CLOCK_SET_BY_SOMEBODY).any()).isFalse();
        assertThat(ThrottleReasons.of(POWER_CAP)).isEqualTo(new ThrottleReasons(true, true, false));
        assertThat(ThrottleReasons.of(HEAT)).isEqualTo(new ThrottleReasons(true, false, true));
        assertThat(ThrottleReasons.of(HARDWARE_SLOWDOWN | POWER_CAP)).isEqualTo(new ThrottleReasons(true, true, false));
        assertThat(ThrottleReasons.of(HARDWARE_SLOWDOWN).any()).isTrue();
    }

    @Test
    void aWindowHoldsWhatHappensInItAndNothingBeforeOrAfter() throws Exception {
        try (Nvml gpu = Nvml.open(FakeNvml.UUID, library)) {
            GpuWatch watch = new GpuWatch(gpu, Duration.ofMillis(5));
            tell(300, HEAT); // the roofline's burst, before the window opens
            Thread.sleep(50);
            tell(1500, 0);
            GpuWindow seen = GpuWindow.NONE;
            // A busy machine may leave a window without a sample.
            for (int i = 0; i < 20 && Double.isNaN(seen.smClockMhz()); i++) {
                watch.open();
                Thread.sleep(300);
                seen = watch.close();
            }
            tell(300, HEAT);
            Thread.sleep(50);

            assertThat(seen.smClockMhz()).isEqualTo(1500);
            assertThat(seen.powerW()).isEqualTo(250);
            assertThat(seen.temperatureC()).isEqualTo(61);
            assertThat(seen.throttledShare()).isZero();
            assertThat(seen.meanEnergyW()).as("energy of less than 5 s").isNaN();
            assertThat(watch.close()).as("closed twice").isEqualTo(GpuWindow.NONE);
        }
    }

    @Test
    void aClockThatChangesWithinAWindowIsAMeanAndThrottlingAShare() throws Exception {
        try (Nvml gpu = Nvml.open(FakeNvml.UUID, library)) {
            GpuWatch watch = new GpuWatch(gpu, Duration.ofMillis(2));
            tell(2000, 0);
            watch.open();
            Thread.sleep(200);
            tell(1000, POWER_CAP);
            Thread.sleep(200);
            GpuWindow seen = watch.close();

            // Whatever share of the samples was throttled, the clocks say the same share.
            assertThat(seen.throttledShare()).isStrictlyBetween(0.0, 1.0);
            // A sample reads one after the other, so the one at the change may have the clock before and the reason
            // after it: one of some 200, and of 50 at the very least.
            assertThat(seen.smClockMhz()).isCloseTo(2000 - 1000 * seen.throttledShare(), within(1000 / 50.0));
            assertThat(seen.throttledByPowerShare()).isEqualTo(seen.throttledShare());
            assertThat(seen.throttledByHeatShare()).isZero();
        }
    }

    @Test
    void energyCountsFromFiveSecondsOn() {
        assertThat(GpuWindow.of(List.of(), 1250, 5).meanEnergyW()).isEqualTo(250);
        assertThat(GpuWindow.of(List.of(), 1249, 4.999).meanEnergyW()).isNaN();
        assertThat(GpuWindow.of(List.of(), Double.NaN, 10).meanEnergyW()).isNaN();
    }

    private void tell(int mhz, long reasons) {
        set.invokeVoid(new Object[] {mhz, reasons});
    }
}
