package org.mfujmh.profiler;

import org.mfujmh.device.gpu.GpuWatch;
import org.mfujmh.device.gpu.GpuWindow;
import org.mfujmh.device.gpu.Nvml;
import org.mfujmh.schema.RunProperty;

/**
 * Watches the fork's GPU while its passes are timed. The benchmark's state opens the window after measuring the
 * roofline and closes it when the iteration ends ({@link TimedWindow}). The profiler cannot do that, since JMH starts
 * profilers before a state's set-up, so the window would include the roofline. Static like {@link RooflineReading}.
 *
 * <p>Without a GPU, nothing is loaded and no thread is started.
 */
final class GpuTelemetry {

    private static volatile GpuWindow seen = GpuWindow.NONE;

    private GpuTelemetry() {}

    /** Called by {@link TimedWindow} when the timed passes are about to begin. */
    static void open() {
        seen = GpuWindow.NONE;
        if (Watch.OF_THIS_GPU != null) {
            Watch.OF_THIS_GPU.open();
        }
    }

    /** Called by {@link TimedWindow} when the timed passes have ended. */
    static void close() {
        if (Watch.OF_THIS_GPU != null) {
            seen = Watch.OF_THIS_GPU.close();
        }
    }

    /** Called by the profiler after the iteration. */
    static GpuWindow seen() {
        return seen;
    }

    /** Created on first use, which is in the fork. */
    private static final class Watch {
        static final GpuWatch OF_THIS_GPU =
                RunProperty.GPU_UUID.ofThisProcess().map(Watch::watch).orElse(null);

        private static GpuWatch watch(String uuid) {
            try {
                return new GpuWatch(Nvml.open(uuid));
            } catch (Nvml.NvmlException e) {
                System.err.println("The GPU's clock, power and temperature are not recorded: " + e.getMessage() + ".");
                return null;
            }
        }
    }
}
