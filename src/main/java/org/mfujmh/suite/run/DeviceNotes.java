package org.mfujmh.suite.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mfujmh.device.Device;
import org.mfujmh.device.cpu.HostCpu;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.gpu.GpuReading;
import org.mfujmh.device.gpu.NvidiaSmi;
import org.mfujmh.device.gpu.UnidentifiedGpu;

/** Notes about the device that users should read before trusting a figure. */
public final class DeviceNotes {

    private DeviceNotes() {}

    /**
     * @param threads libtorch's threads
     */
    public static List<String> about(Device device, HostCpu cpu, int threads) {
        List<String> notes = new ArrayList<>();
        if (device instanceof UnidentifiedGpu gpu) {
            notes.add("The GPU could not be identified, so it has no peak: " + gpu.why());
        }
        if (device instanceof HostCpu) {
            cpu.cpuQuota().stream()
                    .filter(quota -> quota < threads)
                    .mapToObj(quota -> String.format(
                            Locale.ROOT,
                            "libtorch uses %d threads, but the control group grants the time of %.1f CPUs, so "
                                    + "threads will be throttled. Set OMP_NUM_THREADS=%d.",
                            threads,
                            quota,
                            Math.max(1, (int) quota)))
                    .forEach(notes::add);
        }
        return notes;
    }

    /**
     * Who else uses the GPU right now: a suite in another container, a desktop, a forgotten notebook. The suite's lock
     * only covers suites that share a temporary folder.
     */
    public static Optional<String> others(Device device) {
        return device instanceof Gpu gpu ? others(gpu, NvidiaSmi.query()) : Optional.empty();
    }

    public static Optional<String> others(Gpu gpu, GpuReading now) {
        return now.gpus().stream()
                .filter(other -> other.uuid().equals(gpu.uuid()))
                .findFirst()
                .flatMap(Gpu::othersUsingIt);
    }
}
