package org.mfujmh.device.peaks;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.mfujmh.BadInput;
import org.mfujmh.device.Device;
import org.mfujmh.device.cpu.HostCpu;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.gpu.UnidentifiedGpu;

/** The denominator of an MFU, or why there is none. Tables show it with every MFU. */
public sealed interface Denominator {

    /** The origin of a peak. */
    enum Origin {
        /** {@code --peak-tflops}. */
        GIVEN,
        /** The user's table, {@code --peaks-csv}. */
        OWN_TABLE,
        /** The built-in table. */
        TABLE
    }

    /** TFLOP/s; NaN if there is none. */
    double tflops();

    /** {@code 989.4 TFLOP/s bf16, NVIDIA H100 datasheet}; or why there is none, as a sentence. */
    String describe();

    /** The clock at which the device has this peak, in MHz; empty if unknown. */
    default OptionalDouble boostMhz() {
        return OptionalDouble.empty();
    }

    /**
     * A peak.
     *
     * @param source as displayed and recorded
     */
    record Known(double tflops, PeakPrecision precision, Origin origin, String source, OptionalDouble boostMhz)
            implements Denominator {
        @Override
        public String describe() {
            return "%s TFLOP/s %s, %s".formatted(plain(tflops), precision.label(), source);
        }

        private static String plain(double number) {
            return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
        }
    }

    /** No peak, so no MFU. */
    record NoPeak(PeakPrecision precision, String reason) implements Denominator {
        @Override
        public double tflops() {
            return Double.NaN;
        }

        @Override
        public String describe() {
            return "no datasheet peak: " + reason;
        }
    }

    /**
     * The denominator of a measurement: the user's figure if there is one, otherwise the device's peak in the table.
     *
     * @param given the user's {@code --peak-tflops}, TFLOP/s
     * @throws BadInput if that is not a number above 0
     */
    static Denominator of(Device device, PeakPrecision precision, OptionalDouble given, PeakTable table) {
        if (given.isPresent()) {
            return given(given.getAsDouble(), precision);
        }
        PeakResolution resolution = resolved(device, precision, table);
        if (resolution instanceof PeakResolution.KnownPeak known) {
            Origin origin = known.row().own() ? Origin.OWN_TABLE : Origin.TABLE;
            return new Known(
                    known.peakTflops(),
                    precision,
                    origin,
                    known.source(),
                    // H100 and H200 reach their fp32 peak at another clock than those of tensor cores.
                    precision == PeakPrecision.FP32
                            ? OptionalDouble.empty()
                            : known.row().boostMhz());
        }
        if (device instanceof HostCpu) {
            return new NoPeak(precision, HostCpu.WHY_NO_PEAK);
        }
        return new NoPeak(precision, device instanceof UnidentifiedGpu gpu ? gpu.why() : resolution.reason());
    }

    /** The device's figure in the table, or why there is none. */
    static PeakResolution resolved(Device device, PeakPrecision precision, PeakTable table) {
        return device instanceof Gpu gpu
                ? table.resolve(gpu.nameOfWhatRuns(), memory(gpu), precision)
                : table.resolve(device.name(), OptionalInt.empty(), precision);
    }

    /** The device's row of the table, whatever precisions it has. */
    static PeakTable.Match match(Device device, PeakTable table) {
        return device instanceof Gpu gpu
                ? table.match(gpu.nameOfWhatRuns(), memory(gpu))
                : table.match(device.name(), OptionalInt.empty());
    }

    private static OptionalInt memory(Gpu gpu) {
        return gpu.mig() ? OptionalInt.empty() : gpu.memoryMib();
    }

    /** @throws BadInput if a user's {@code --peak-tflops} is not a valid peak */
    static void requirePeak(double tflops) {
        if (!(tflops > 0) || Double.isInfinite(tflops)) {
            throw new BadInput(
                    "--peak-tflops %s is not valid. It must be the device's peak in TFLOP/s, a number above 0."
                            .formatted(tflops));
        }
    }

    private static Known given(double tflops, PeakPrecision precision) {
        requirePeak(tflops);
        return new Known(tflops, precision, Origin.GIVEN, "set by --peak-tflops", OptionalDouble.empty());
    }
}
