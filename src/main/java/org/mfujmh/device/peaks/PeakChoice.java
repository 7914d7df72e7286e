package org.mfujmh.device.peaks;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.mfujmh.device.Device;

/**
 * What a user said of peaks: a figure, a table of their own, or nothing.
 *
 * @param given {@code --peak-tflops}, which goes before any table
 * @param table the table shipped, with the user's rows in front
 */
public record PeakChoice(OptionalDouble given, PeakTable table) {

    /** Nothing was said. */
    public static final PeakChoice SHIPPED = of(null, Optional.empty());

    /**
     * @param given TFLOP/s, or null
     * @param own {@code --peaks-csv}
     * @throws org.mfujmh.BadInput if the figure is no number above 0, or the file is no such table
     */
    public static PeakChoice of(Double given, Optional<Path> own) {
        OptionalDouble figure = given == null ? OptionalDouble.empty() : OptionalDouble.of(given);
        figure.ifPresent(Denominator::requirePeak);
        return new PeakChoice(figure, own.map(PeakTable.load()::overriddenBy).orElseGet(PeakTable::load));
    }

    /** The denominator of a measurement on this device in this precision. */
    public Denominator denominator(Device device, PeakPrecision precision) {
        return Denominator.of(device, precision, given, table);
    }
}
