package org.mfujmh.profiler;

import org.mfujmh.device.gpu.GpuWatch;
import org.mfujmh.device.gpu.GpuWindow;
import org.mfujmh.device.gpu.Nvml;
import org.mfujmh.schema.RunProperty;

/**
 * The GPU that a fork measures, watched while its passes are timed. The benchmark's state opens the window
 * after its roofline and closes it when the iteration ends, as JMH starts profilers before a state's set-up:
 * the profiler itself could only open one that has the roofline in it. Static as {@link RooflineReading} is.
 *
 * <p>Without a GPU nothing is loaded and no thread started.
 */
public final class GpuTelemetry {

    private static volatile GpuWindow seen = GpuWindow.NONE;

    private GpuTelemetry() {}

    /** Called by the state, when the timed passes are about to begin. */
    public static void open() {
        seen = GpuWindow.NONE;
        if (Watch.OF_THIS_GPU != null) {
            Watch.OF_THIS_GPU.open();
        }
    }

    /** Called by the state, when they have ended. */
    public static void close() {
        if (Watch.OF_THIS_GPU != null) {
            seen = Watch.OF_THIS_GPU.close();
        }
    }

    /** Called by the profiler, after the iteration. */
    static GpuWindow seen() {
        return seen;
    }

    /** Made on first use, which is in the fork. */
    private static final class Watch {
        static final GpuWatch OF_THIS_GPU =
                RunProperty.GPU_UUID.ofThisProcess().map(Watch::watch).orElse(null);

        private static GpuWatch watch(String uuid) {
            try {
                return new GpuWatch(Nvml.open(uuid));
            } catch (Nvml.NvmlException e) {
                System.err.println("No clock, power or temperature of the GPU is recorded: " + e.getMessage() + ".");
                return null;
            }
        }
    }
}
