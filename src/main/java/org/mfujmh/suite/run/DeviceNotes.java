package org.mfujmh.suite.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.mfujmh.device.Device;
import org.mfujmh.device.cpu.CpuTime;
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

    /**
     * Who else used the device while a combination was measured.
     *
     * @param before the CPU's time when it began, if it is the device
     * @param threads libtorch's threads
     */
    public static List<String> whileMeasured(Device device, Optional<CpuTime> before, int threads) {
        return Stream.concat(
                        others(device).stream(),
                        before
                                .flatMap(then -> CpuTime.now()
                                        .flatMap(now -> now.othersSince(then, threads, isSpinningLeftAlone())))
                                .stream())
                .toList();
    }

    /** Whether libtorch's OpenMP threads wait as they do by default. */
    private static boolean isSpinningLeftAlone() {
        return Stream.of("GOMP_SPINCOUNT", "OMP_WAIT_POLICY").noneMatch(name -> System.getenv(name) != null);
    }

    public static Optional<String> others(Gpu gpu, GpuReading now) {
        return now.gpus().stream()
                .filter(other -> other.uuid().equals(gpu.uuid()))
                .findFirst()
                .flatMap(Gpu::othersUsingIt);
    }
}
