package org.mfujmh.device.machine;

import java.util.List;
import org.mfujmh.device.Device;
import org.mfujmh.device.cpu.HostCpu;
import org.mfujmh.device.gpu.CudaGpus;
import org.mfujmh.device.gpu.GpuReading;
import org.mfujmh.device.gpu.NvidiaSmi;
import org.mfujmh.device.gpu.UnidentifiedGpu;

/**
 * The machine that a measurement runs on.
 *
 * @param cpu its CPU and memory, as far as this process may use them
 * @param gpus its NVIDIA GPUs, or why none was detected
 */
public record Machine(HostCpu cpu, GpuReading gpus) {

    /**
     * Queries the operating system and nvidia-smi; takes about 0.3 s without a GPU, and seconds if a driver has to wake
     * GPUs.
     */
    public static Machine detect() {
        return new Machine(HostCpu.detect(), NvidiaSmi.query());
    }

    /** Problems with nvidia-smi, as sentences; empty if nvidia-smi is not installed. */
    public List<String> troubles() {
        if (gpus instanceof GpuReading.Unavailable none) {
            return none.reason() == GpuReading.Reason.NO_PROGRAM ? List.of() : List.of(none.sentence());
        }
        return ((GpuReading.Found) gpus).warnings();
    }

    /** The device with libtorch's name: {@code cpu}, {@code cuda:N}, or {@code auto}, which counts as the CPU. */
    public Device deviceNamed(String name) {
        if (!name.startsWith("cuda:")) {
            return cpu;
        }
        int ordinal = Integer.parseInt(name.substring("cuda:".length()));
        if (gpus instanceof GpuReading.Unavailable none) {
            return new UnidentifiedGpu(ordinal, none.sentence());
        }
        CudaGpus.GpuChoice choice = CudaGpus.choose(gpus.gpus(), ordinal, System.getenv());
        return choice instanceof CudaGpus.GpuChoice.Chosen chosen
                ? chosen.gpu()
                : new UnidentifiedGpu(ordinal, ((CudaGpus.GpuChoice.Unclear) choice).sentence());
    }
}
