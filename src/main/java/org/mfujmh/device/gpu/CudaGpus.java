package org.mfujmh.device.gpu;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Maps CUDA's {@code cuda:N} to a GPU of {@code nvidia-smi}. nvidia-smi numbers GPUs by PCI bus. CUDA shows those in
 * CUDA_VISIBLE_DEVICES and numbers the fastest first, unless CUDA_DEVICE_ORDER=PCI_BUS_ID (CUDA C++ Programming Guide,
 * environment variables). A wrong mapping could divide a T4's rate by an H100's peak.
 */
public final class CudaGpus {

    /** The GPU, or why it cannot be determined. */
    public sealed interface GpuChoice {
        /**
         * @param gpu the GPU; if divided, with the one slice that CUDA uses
         */
        record Chosen(Gpu gpu) implements GpuChoice {}

        /**
         * @param sentence the reason, and what to do
         */
        record Unclear(String sentence) implements GpuChoice {}
    }

    private final List<Gpu> gpus;
    private final Optional<String> visible;
    private final boolean busOrder;

    private CudaGpus(List<Gpu> gpus, Map<String, String> environment) {
        this.gpus = gpus;
        this.visible = Optional.ofNullable(environment.get("CUDA_VISIBLE_DEVICES"));
        this.busOrder = "PCI_BUS_ID".equals(environment.get("CUDA_DEVICE_ORDER"));
    }

    /**
     * The GPU that a process with the given environment sees as {@code cuda:ordinal}.
     *
     * @param gpus all that nvidia-smi lists
     * @param environment the process's, {@link System#getenv()}
     */
    public static GpuChoice choose(List<Gpu> gpus, int ordinal, Map<String, String> environment) {
        return new CudaGpus(gpus, environment).choose(ordinal);
    }

    private GpuChoice choose(int ordinal) {
        if (visible.isEmpty()) {
            return byNumber(ordinal, "cuda:" + ordinal);
        }
        List<String> entries = Stream.of(visible.get().split(",", -1))
                .map(String::strip)
                .takeWhile(entry -> !entry.isEmpty() && !entry.equals("-1")) // CUDA stops at the first invalid entry
                .toList();
        if (ordinal >= entries.size()) {
            return new GpuChoice.Unclear(
                    "CUDA_VISIBLE_DEVICES is \"%s\", which leaves no cuda:%d.".formatted(visible.get(), ordinal));
        }
        String entry = entries.get(ordinal);
        return entry.matches("\\d{1,4}")
                ? byNumber(Integer.parseInt(entry), "CUDA_VISIBLE_DEVICES=" + visible.get())
                : byUuid(entry);
    }

    private GpuChoice byNumber(int number, String what) {
        if (number >= gpus.size()) {
            return new GpuChoice.Unclear(
                    "%s means GPU %d, but nvidia-smi lists only %d.".formatted(what, number, gpus.size()));
        }
        boolean alike = gpus.size() == 1
                || (gpus.stream().allMatch(Gpu::isNamed)
                        && gpus.stream().map(Gpu::nameOfWhatRuns).distinct().count() == 1);
        if (!alike && !busOrder) {
            return new GpuChoice.Unclear(
                    ("This machine has different GPUs, and CUDA numbers them by speed but nvidia-smi by bus, so it is "
                                    + "unclear which one %s is. Set CUDA_DEVICE_ORDER=PCI_BUS_ID.")
                            .formatted(what));
        }
        Gpu gpu = gpus.get(number);
        return new GpuChoice.Chosen(
                gpu.withSlices(gpu.slices().stream().limit(1).toList()));
    }

    /** The UUID without the prefix, which a Jetson's lacks. */
    private static String bare(String uuid) {
        return uuid.startsWith("GPU-") ? uuid.substring("GPU-".length()) : uuid;
    }

    /** CUDA also accepts a prefix of a UUID if it is unique. */
    private GpuChoice byUuid(String uuid) {
        List<Gpu> found = gpus.stream()
                .flatMap(gpu -> uuid.startsWith("MIG-")
                        ? gpu.slices().stream()
                                .filter(slice -> slice.uuid().equals(uuid))
                                .map(slice -> gpu.withSlices(List.of(slice)))
                        : Stream.of(gpu).filter(one -> bare(one.uuid()).startsWith(bare(uuid))))
                .toList();
        return found.size() == 1
                ? new GpuChoice.Chosen(found.get(0))
                : new GpuChoice.Unclear("CUDA_VISIBLE_DEVICES names \"%s\", which matches %s of nvidia-smi's GPUs."
                        .formatted(uuid, found.isEmpty() ? "none" : "more than one"));
    }
}
