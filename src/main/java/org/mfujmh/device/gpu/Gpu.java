package org.mfujmh.device.gpu;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.mfujmh.device.Device;
import org.mfujmh.device.DeviceSlug;

/**
 * An NVIDIA GPU as reported by {@code nvidia-smi}. Values that the driver or card does not report are empty.
 *
 * @param index index in {@code nvidia-smi}, by PCI bus; CUDA may number differently
 * @param name e.g. {@code NVIDIA H100 80GB HBM3}
 * @param uuid e.g. {@code GPU-5c2d...}, empty if unknown
 * @param driver driver version, empty if unknown
 * @param memoryMib memory of the whole card
 * @param memoryUsedMib memory in use by all processes at the time of the query
 * @param maxSmClockMhz the highest clock of the multiprocessors
 * @param smClockMhz their clock at the time of the query
 * @param maxMemoryClockMhz the highest clock of the memory
 * @param memoryClockMhz its clock at the time of the query
 * @param powerLimitW the enforced power limit
 * @param mig whether the card is divided ("multi-instance GPU")
 * @param slices the slices of a divided card, e.g. {@code 3g.20gb}; empty if it is not divided
 * @param processes processes that compute on it, excluding this one and its children
 */
public record Gpu(
        int index,
        String name,
        String uuid,
        String driver,
        OptionalInt memoryMib,
        OptionalInt memoryUsedMib,
        OptionalInt maxSmClockMhz,
        OptionalInt smClockMhz,
        OptionalInt maxMemoryClockMhz,
        OptionalInt memoryClockMhz,
        OptionalDouble powerLimitW,
        boolean mig,
        List<MigSlice> slices,
        List<GpuProcess> processes)
        implements Device {

    /**
     * A part of a divided card.
     *
     * @param profile its size, e.g. {@code 3g.20gb}: 3 of 7 parts of the cores, 20 GB
     */
    public record MigSlice(String profile, String uuid) {}

    /**
     * A process that computes on a GPU.
     *
     * @param pid process id as reported by nvidia-smi
     * @param name name as reported by nvidia-smi, often a path
     */
    public record GpuProcess(long pid, String name, OptionalInt memoryMib) {
        /** Stands for a process id that the driver does not report. */
        static final long UNKNOWN_PID = -1;

        /**
         * nvidia-smi's name for a process id that does not exist here, since the process belongs to another container.
         */
        private static final String ELSEWHERE = "[Not Found]";

        /** Whether the process id is valid on this system; that of a process in another container is not. */
        boolean isOfThisSystem() {
            return pid != UNKNOWN_PID && !name.equalsIgnoreCase(ELSEWHERE);
        }

        private String describe() {
            String memory = memoryMib.isPresent() ? ", " + memoryMib.getAsInt() + " MiB" : "";
            String program = name.equalsIgnoreCase(ELSEWHERE) ? "in another container" : name;
            return (pid == UNKNOWN_PID ? "with unknown id" : pid) + " (" + program + memory + ")";
        }
    }

    public Gpu {
        slices = List.copyOf(slices);
        processes = List.copyOf(processes);
    }

    @Override
    public String slug() {
        return DeviceSlug.ofGpu(nameOfWhatRuns());
    }

    /**
     * The name of what a program uses: the card's name or, for a divided card, where CUDA gives a process one slice,
     * {@code NVIDIA A100-SXM4-40GB MIG 3g.20gb}. Peaks are looked up by this name.
     */
    public String nameOfWhatRuns() {
        if (!mig) {
            return name;
        }
        return slices.isEmpty() ? name + " MIG" : name + " MIG " + slices.get(0).profile();
    }

    /** Whether the driver reports a name; two GPUs without one may differ. */
    boolean isNamed() {
        return !name.startsWith(SmiOutput.UNNAMED);
    }

    /** The UUID of what a program uses: the card's or its slice's. */
    public String uuidOfWhatRuns() {
        return mig && !slices.isEmpty() ? slices.get(0).uuid() : uuid;
    }

    /** A note about other processes on this GPU, which disturb a measurement; empty if there are none. */
    public Optional<String> othersUsingIt() {
        if (processes.isEmpty()) {
            return Optional.empty();
        }
        List<String> named = processes.stream().map(GpuProcess::describe).toList();
        return Optional.of("GPU " + index + " (" + name + ") is also used by process "
                + String.join(", process ", named) + ", so results will be lower and less steady.");
    }

    private Gpu with(List<MigSlice> newSlices, List<GpuProcess> newProcesses) {
        return new Gpu(
                index,
                name,
                uuid,
                driver,
                memoryMib,
                memoryUsedMib,
                maxSmClockMhz,
                smClockMhz,
                maxMemoryClockMhz,
                memoryClockMhz,
                powerLimitW,
                mig,
                newSlices,
                newProcesses);
    }

    Gpu withSlices(List<MigSlice> found) {
        return with(found, processes);
    }

    Gpu withProcesses(List<GpuProcess> found) {
        return with(slices, found);
    }
}
