package org.mfujmh.profiler;

/**
 * What is observed while passes are timed, and not while a roofline is measured: peak memory, a GPU's telemetry, the load
 * of other programs on a CPU. A benchmark's state opens it as the last thing before an iteration, and closes it as the
 * first after it.
 */
public final class TimedWindow {
    private TimedWindow() {}

    /** @param device {@code cpu} or {@code cuda:N} */
    public static void open(String device) {
        PeakMemory.reset();
        GpuTelemetry.open();
        if (device.equals("cpu")) {
            CpuContention.open();
        }
    }

    public static void close() {
        CpuContention.close();
        GpuTelemetry.close();
        PeakMemory.hold();
    }
}
