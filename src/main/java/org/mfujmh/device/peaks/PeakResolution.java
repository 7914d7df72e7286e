package org.mfujmh.device.peaks;

import java.util.List;
import java.util.OptionalDouble;

/** What the peak table says of a device at a precision; where that is no number, why. */
public sealed interface PeakResolution {

    /** In a sentence, for the person who reads: which row, by which rule; or why none. */
    String reason();

    /** TFLOP/s, empty where none is known. */
    default OptionalDouble tflops() {
        return this instanceof KnownPeak known ? OptionalDouble.of(known.peakTflops()) : OptionalDouble.empty();
    }

    /** @param source of this very figure */
    record KnownPeak(Peak row, PeakPrecision precision, double peakTflops, String source, String reason)
            implements PeakResolution {}

    /** The device is known, and its matrix units cannot do this. */
    record NoSuchPrecision(Peak row, PeakPrecision precision, String reason) implements PeakResolution {}

    /** The device is known, but no figure with a source was found. */
    record NoFigure(Peak row, PeakPrecision precision, String reason) implements PeakResolution {}

    /** @param nearest rows of like names; for the reader, not to be used */
    record UnknownPeak(String reason, List<Peak> nearest) implements PeakResolution {
        public UnknownPeak {
            nearest = List.copyOf(nearest);
        }
    }
}
