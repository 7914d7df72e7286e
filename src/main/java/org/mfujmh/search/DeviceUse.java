package org.mfujmh.search;

import java.util.List;
import org.mfujmh.device.gpu.CudaGpus;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.gpu.GpuReading;
import org.mfujmh.device.gpu.NvidiaSmi;
import org.mfujmh.device.memory.ResidentMemory;

/**
 * Memory in use on the device that a probe runs on, as seen from inside the probe. On a GPU libtorch's
 * caching allocator keeps what it ever took, so what the card has in use after a pass is its peak.
 */
interface DeviceUse {
    /** Bytes in use now. */
    long now();

    /** The most since the process began. */
    long peak();

    /** Starts {@link #peak} anew. */
    void reset();

    static DeviceUse of(String device) {
        return device.equals("cpu") ? new OnCpu() : new OnCuda(Integer.parseInt(device.substring("cuda:".length())));
    }

    /** Resident pages of this process. */
    record OnCpu() implements DeviceUse {
        @Override
        public long now() {
            return ResidentMemory.bytes();
        }

        @Override
        public long peak() {
            return ResidentMemory.peakBytes();
        }

        @Override
        public void reset() {
            ResidentMemory.resetPeak();
        }
    }

    /** The whole card, by nvidia-smi: others' memory on it is memory that this process cannot have. */
    record OnCuda(int ordinal) implements DeviceUse {
        @Override
        public long now() {
            GpuReading reading = NvidiaSmi.query();
            List<Gpu> gpus = reading instanceof GpuReading.Found found ? found.gpus() : List.of();
            return CudaGpus.choose(gpus, ordinal, System.getenv()) instanceof CudaGpus.GpuChoice.Chosen chosen
                    ? (long) chosen.gpu().memoryUsedMib().orElse(0) << 20
                    : 0;
        }

        @Override
        public long peak() {
            return now();
        }

        @Override
        public void reset() {
            // The allocator's cache cannot shrink by itself.
        }
    }
}
