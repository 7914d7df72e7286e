package org.mfujmh.device.peaks;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One row of the peak table: dense peaks of one device, at boost clock, with FP32 accumulation.
 *
 * @param device its name in the table
 * @param names names as printed by the driver, without brands
 * @param tflops peaks in TFLOP/s by precision, if there is a sourced figure
 * @param notInHardware precisions that this device's matrix units lack
 * @param memoryGib memory size, which also distinguishes cards of the same name
 * @param bandwidthGbs memory bandwidth, GB/s
 * @param boostMhz SM clock at which the device has these peaks
 * @param source the document
 * @param readThrough where the document was read
 * @param cellSources by column, for cells with a different source
 * @param own whether it is from a user's file rather than the built-in table
 */
public record Peak(
        String device,
        List<String> names,
        Map<PeakPrecision, Double> tflops,
        Set<PeakPrecision> notInHardware,
        OptionalDouble memoryGib,
        OptionalDouble bandwidthGbs,
        OptionalDouble boostMhz,
        String source,
        String readThrough,
        Map<String, String> cellSources,
        boolean own) {

    /** Drivers report 0.92 (T4 with ECC) to 1.0 of the nominal size; a slice of a card has at most half of it. */
    private static final double LEAST_MEMORY = 0.9;

    private static final double MOST_MEMORY = 1.05;

    public Peak {
        names = List.copyOf(names);
        tflops = Map.copyOf(tflops);
        notInHardware = Set.copyOf(notInHardware);
        cellSources = Map.copyOf(cellSources);
    }

    /** @return TFLOP/s; empty if there is no figure */
    public OptionalDouble tflops(PeakPrecision precision) {
        Double figure = tflops.get(precision);
        return figure == null ? OptionalDouble.empty() : OptionalDouble.of(figure);
    }

    /** The source of one cell. */
    public String source(PeakPrecision precision) {
        return Optional.ofNullable(cellSources.get(precision.label())).orElse(source);
    }

    boolean isNamed(String normalisedName) {
        return names.stream().map(DeviceName::normalise).anyMatch(normalisedName::equals);
    }

    /** Whether a device with this much memory, in MiB, can be this one; true if either is unknown. */
    boolean fits(OptionalInt memoryMib) {
        if (memoryMib.isEmpty() || memoryGib.isEmpty()) {
            return true;
        }
        double share = memoryMib.getAsInt() / 1024.0 / memoryGib.getAsDouble();
        return share >= LEAST_MEMORY && share <= MOST_MEMORY;
    }

    /** Whether there is a memory size that fits both. */
    boolean sharesMemorySizeWith(Peak other) {
        return memoryGib.isEmpty()
                || other.memoryGib.isEmpty()
                || (memoryGib.getAsDouble() * LEAST_MEMORY <= other.memoryGib.getAsDouble() * MOST_MEMORY
                        && other.memoryGib.getAsDouble() * LEAST_MEMORY <= memoryGib.getAsDouble() * MOST_MEMORY);
    }
}
