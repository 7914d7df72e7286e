package org.mfujmh.device.gpu;

import java.util.List;

/** What {@code nvidia-smi} said: GPUs, or a sentence that says why there are none. */
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

    /** @param sentence what was tried and what came of it, for the person who reads */
    record Unavailable(Reason reason, String sentence) implements GpuReading {}

    /** Why there is no GPU to tell of. */
    enum Reason {
        /** There is no nvidia-smi: the machine is most likely one without an NVIDIA GPU. Not worth a warning. */
        NO_PROGRAM,
        /** It ran, and sees no GPU. */
        NO_DEVICES,
        /** It failed, e.g. since the driver and its library are of different versions. */
        FAILED,
        /** It did not end in time. */
        HUNG,
        /** It said nothing that can be understood. */
        GARBLED
    }
}
