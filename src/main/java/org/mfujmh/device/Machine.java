package org.mfujmh.device;

import java.util.ArrayList;
import java.util.List;

/**
 * The machine a measurement runs on.
 *
 * @param cpu its CPU and memory, as far as this process may use them
 * @param gpus its NVIDIA GPUs, or why none is known
 */
public record Machine(HostCpu cpu, GpuReading gpus) {

    /** Asks the operating system and nvidia-smi; some 0.3 s without a GPU, seconds where a driver has to wake. */
    public static Machine detect() {
        return new Machine(HostCpu.detect(), NvidiaSmi.query());
    }

    /** What the person who measures should know: nvidia-smi in trouble, others on the GPUs. Sentences. */
    public List<String> warnings() {
        if (gpus instanceof GpuReading.Unavailable none) {
            return none.reason() == GpuReading.Reason.NO_PROGRAM ? List.of() : List.of(none.sentence());
        }
        List<String> warnings = new ArrayList<>(((GpuReading.Found) gpus).warnings());
        gpus.gpus().forEach(gpu -> gpu.othersUsingIt().ifPresent(warnings::add));
        return warnings;
    }
}
