package org.mfujmh.device.gpu;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.mfujmh.device.Device;
import org.mfujmh.device.DeviceSlug;

/**
 * An NVIDIA GPU as {@code nvidia-smi} describes it. What a driver or a card does not tell is empty.
 *
 * @param index {@code nvidia-smi}'s, in the order of the PCI bus; CUDA may number otherwise
 * @param name e.g. {@code NVIDIA H100 80GB HBM3}
 * @param uuid e.g. {@code GPU-5c2d...}, empty text where unknown
 * @param driver version of the driver, empty text where unknown
 * @param memoryMib of the whole card
 * @param memoryUsedMib by all processes when asked
 * @param maxSmClockMhz the highest clock of the multiprocessors
 * @param smClockMhz their clock when asked
 * @param maxMemoryClockMhz the highest clock of the memory
 * @param memoryClockMhz its clock when asked
 * @param powerLimitW the limit enforced
 * @param mig whether the card is divided ("multi-instance GPU")
 * @param slices the parts it is divided into, e.g. {@code 3g.20gb}; empty where it is not
 * @param processes that compute on it, this one and its children left out
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
     * @param pid as nvidia-smi has it
     * @param name as nvidia-smi has it, often a path
     */
    public record GpuProcess(long pid, String name, OptionalInt memoryMib) {
        /** In place of a number that the driver does not tell. */
        static final long UNKNOWN_PID = -1;

        /** nvidia-smi finds no program of this number here: the process is of another container. */
        private static final String ELSEWHERE = "[Not Found]";

        /** Whether its number is one of this system's: that of a process in another container means nothing here. */
        boolean isOfThisSystem() {
            return pid != UNKNOWN_PID && !name.equalsIgnoreCase(ELSEWHERE);
        }

        private String describe() {
            String memory = memoryMib.isPresent() ? ", " + memoryMib.getAsInt() + " MiB" : "";
            String program = name.equalsIgnoreCase(ELSEWHERE) ? "of another container" : name;
            return (pid == UNKNOWN_PID ? "of unknown number" : pid) + " (" + program + memory + ")";
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
     * The name of what a program gets: the card's, or for a divided card, of which CUDA gives a process
     * one slice, {@code NVIDIA A100-SXM4-40GB MIG 3g.20gb}. Peaks are looked up by this name.
     */
    public String nameOfWhatRuns() {
        if (!mig) {
            return name;
        }
        return slices.isEmpty() ? name + " MIG" : name + " MIG " + slices.get(0).profile();
    }

    /** Whether the driver tells its name: of two without one nobody knows whether they are alike. */
    boolean isNamed() {
        return !name.startsWith(SmiOutput.UNNAMED);
    }

    /** The UUID of what a program gets: the card's, or its slice's. */
    public String uuidOfWhatRuns() {
        return mig && !slices.isEmpty() ? slices.get(0).uuid() : uuid;
    }

    /** Says who else uses it, since a measurement beside them is not one of this GPU. */
    public Optional<String> othersUsingIt() {
        if (processes.isEmpty()) {
            return Optional.empty();
        }
        List<String> named = processes.stream().map(GpuProcess::describe).toList();
        return Optional.of("GPU " + index + " (" + name + ") is also used by process "
                + String.join(", process ", named) + ": figures will be lower and less steady than the GPU's own.");
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
