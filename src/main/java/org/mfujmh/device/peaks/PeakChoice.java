package org.mfujmh.device.peaks;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.mfujmh.device.Device;

/**
 * The user's choice of peaks: a figure, a table, or neither.
 *
 * @param given {@code --peak-tflops}, which takes precedence over any table
 * @param table the built-in table, preceded by the user's rows
 */
public record PeakChoice(OptionalDouble given, PeakTable table) {

    /** No choice by the user. */
    public static final PeakChoice SHIPPED = of(null, Optional.empty());

    /**
     * @param given TFLOP/s, or null
     * @param own {@code --peaks-csv}
     * @throws org.mfujmh.BadInput if the figure is not a number above 0, or the file is not a valid table
     */
    public static PeakChoice of(Double given, Optional<Path> own) {
        OptionalDouble figure = given == null ? OptionalDouble.empty() : OptionalDouble.of(given);
        figure.ifPresent(Denominator::requirePeak);
        return new PeakChoice(figure, own.map(PeakTable.shipped()::overriddenBy).orElseGet(PeakTable::shipped));
    }

    /** The datasheet's memory bandwidth of a device, GB/s; empty if none is known. */
    public OptionalDouble bandwidthGbs(Device device) {
        return Denominator.match(device, table) instanceof PeakTable.Match.MatchedRow matched
                ? matched.row().bandwidthGbs()
                : OptionalDouble.empty();
    }

    /** The denominator of a measurement on a device at a precision. */
    public Denominator denominator(Device device, PeakPrecision precision) {
        return Denominator.of(device, precision, given, table);
    }
}
