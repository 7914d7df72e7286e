package org.mfujmh.search;

import java.util.OptionalInt;
import org.mfujmh.BadInput;
import org.mfujmh.device.gpu.CudaGpus;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.gpu.GpuReading;
import org.mfujmh.device.gpu.NvidiaSmi;
import org.mfujmh.device.memory.ResidentMemory;

/**
 * Memory in use on the device that a probe runs on, as seen from inside the probe. On a GPU, libtorch's caching
 * allocator never returns memory, so the memory in use after a pass is its peak.
 */
interface DeviceUse {
    /** Bytes in use now. */
    long now();

    /** The peak since the process began. */
    long peak();

    /** Resets {@link #peak}. */
    void reset();

    static DeviceUse of(String device) {
        return device.equals("cpu") ? new OnCpu() : new OnCuda(Integer.parseInt(device.substring("cuda:".length())));
    }

    /** Resident memory of this process. */
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

    /** Memory in use on the whole card, from nvidia-smi: memory of other processes is not available to this one. */
    record OnCuda(int ordinal) implements DeviceUse {
        /** @throws BadInput if it cannot be read: 0 bytes would prove that any batch fits */
        @Override
        public long now() {
            GpuReading reading = NvidiaSmi.query();
            if (reading instanceof GpuReading.Unavailable none) {
                throw unknown(none.sentence());
            }
            CudaGpus.GpuChoice choice = CudaGpus.choose(reading.gpus(), ordinal, System.getenv());
            if (choice instanceof CudaGpus.GpuChoice.Unclear unclear) {
                throw unknown(unclear.sentence());
            }
            Gpu gpu = ((CudaGpus.GpuChoice.Chosen) choice).gpu();
            OptionalInt mib = NvidiaSmi.memoryUsedMib(gpu);
            if (mib.isEmpty()) {
                throw unknown("nvidia-smi does not report the memory in use on " + gpu.nameOfWhatRuns() + ".");
            }
            return (long) mib.getAsInt() << 20;
        }

        private BadInput unknown(String why) {
            return new BadInput(
                    "The memory in use on cuda:" + ordinal + " is unknown, so no batch can be shown to fit. " + why
                            + " Give the batch size as a number, e.g. -p batchSize=1.");
        }

        @Override
        public long peak() {
            return now();
        }

        @Override
        public void reset() {
            // The allocator's cache never shrinks.
        }
    }
}
