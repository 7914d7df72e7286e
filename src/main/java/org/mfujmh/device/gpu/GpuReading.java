package org.mfujmh.device.gpu;

import java.util.List;

/** The result of {@code nvidia-smi}: GPUs, or a sentence that says why there are none. */
public sealed interface GpuReading {

    /** The GPUs, or none. */
    default List<Gpu> gpus() {
        return this instanceof Found found ? found.gpus() : List.of();
    }

    /**
     * @param gpus at least one, in the order of nvidia-smi
     * @param warnings sentences about what could not be read
     */
    record Found(List<Gpu> gpus, List<String> warnings) implements GpuReading {
        public Found {
            gpus = List.copyOf(gpus);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * @param sentence what was tried and what happened
     */
    record Unavailable(Reason reason, String sentence) implements GpuReading {}

    /** Why there is no GPU. */
    enum Reason {
        /** There is no nvidia-smi: the machine most likely has no NVIDIA GPU. Not worth a warning. */
        NO_PROGRAM,
        /** nvidia-smi ran and found no GPU. */
        NO_DEVICES,
        /** nvidia-smi failed, e.g. because the versions of driver and library differ. */
        FAILED,
        /** nvidia-smi did not end in time. */
        HUNG,
        /** The output of nvidia-smi cannot be parsed. */
        GARBLED
    }
}
