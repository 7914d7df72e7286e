package org.mfujmh.device.peaks;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One row of the peak table: dense peaks of one device as the driver shows it, at boost clock, with
 * FP32 accumulation.
 *
 * @param device our name for it
 * @param names as the driver prints them, brands left out
 * @param tflops peaks in TFLOP/s, by precision, where a figure has a source
 * @param notInHardware precisions that this device's matrix units lack
 * @param memoryGib size of its memory, which also tells cards of one name apart
 * @param bandwidthGbs of its memory, GB/s
 * @param boostMhz the clock of the multiprocessors at which the device has these peaks
 * @param source the document
 * @param readThrough where that was read
 * @param cellSources by column, for cells whose source is another
 * @param own whether a user's file has it, rather than the table shipped
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

    /** Drivers show 0.92 (T4 with ECC) to 1.0 of the nominal size; a part of a card is at most half of it. */
    private static final double LEAST_MEMORY = 0.9;

    private static final double MOST_MEMORY = 1.05;

    public Peak {
        names = List.copyOf(names);
        tflops = Map.copyOf(tflops);
        notInHardware = Set.copyOf(notInHardware);
        cellSources = Map.copyOf(cellSources);
    }

    /** @return TFLOP/s, empty where there is no figure */
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

    /** Whether a device with this much memory, in MiB, can be this one. Unknown on either side can. */
    boolean fits(OptionalInt memoryMib) {
        if (memoryMib.isEmpty() || memoryGib.isEmpty()) {
            return true;
        }
        double share = memoryMib.getAsInt() / 1024.0 / memoryGib.getAsDouble();
        return share >= LEAST_MEMORY && share <= MOST_MEMORY;
    }

    /** Whether some size of memory would fit both. */
    boolean sharesMemorySizeWith(Peak other) {
        return memoryGib.isEmpty()
                || other.memoryGib.isEmpty()
                || (memoryGib.getAsDouble() * LEAST_MEMORY <= other.memoryGib.getAsDouble() * MOST_MEMORY
                        && other.memoryGib.getAsDouble() * LEAST_MEMORY <= memoryGib.getAsDouble() * MOST_MEMORY);
    }
}
