package org.mfujmh.device.peaks;

import java.util.List;
import java.util.OptionalDouble;

/** The peak of a device at a precision from the table, or why there is none. */
public sealed interface PeakResolution {

    /** A sentence: which row, by which rule; or why none. */
    String reason();

    /** TFLOP/s; empty if unknown. */
    default OptionalDouble tflops() {
        return this instanceof KnownPeak known ? OptionalDouble.of(known.peakTflops()) : OptionalDouble.empty();
    }

    /**
     * @param source the source of this figure
     */
    record KnownPeak(Peak row, PeakPrecision precision, double peakTflops, String source, String reason)
            implements PeakResolution {}

    /** The device is known, but its matrix units do not support this precision. */
    record NoSuchPrecision(Peak row, PeakPrecision precision, String reason) implements PeakResolution {}

    /** The device is known, but there is no sourced figure. */
    record NoFigure(Peak row, PeakPrecision precision, String reason) implements PeakResolution {}

    /**
     * @param nearest rows with similar names, for information only
     */
    record UnknownPeak(String reason, List<Peak> nearest) implements PeakResolution {
        public UnknownPeak {
            nearest = List.copyOf(nearest);
        }
    }
}
