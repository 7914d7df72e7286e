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

/** What the person who measures should know of the device before a figure is believed, in sentences. */
public final class DeviceNotes {

    private DeviceNotes() {}

    /** @param threads of libtorch */
    public static List<String> about(Device device, HostCpu cpu, int threads) {
        List<String> notes = new ArrayList<>();
        if (device instanceof UnidentifiedGpu gpu) {
            notes.add("Which GPU this is, is not known, so it has no peak: " + gpu.why());
        }
        if (device instanceof HostCpu) {
            cpu.cpuQuota().stream()
                    .filter(quota -> quota < threads)
                    .mapToObj(quota -> String.format(
                            Locale.ROOT,
                            "libtorch uses %d threads, but the control group grants %.1f processors' time: threads will"
                                    + " be stopped in turns. Set OMP_NUM_THREADS=%d.",
                            threads,
                            quota,
                            Math.max(1, (int) quota)))
                    .forEach(notes::add);
        }
        return notes;
    }

    /**
     * Who else uses a GPU now, asked anew: another suite in another container, a desktop, a forgotten notebook. The
     * suite's lock keeps apart only suites that share a temporary folder.
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
