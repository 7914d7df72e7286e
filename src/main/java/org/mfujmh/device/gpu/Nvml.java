package org.mfujmh.device.gpu;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.File;
import java.util.function.ToIntFunction;

/**
 * One GPU through NVML, the library of NVIDIA's driver that nvidia-smi itself uses. A call takes microseconds to a
 * millisecond and does not disturb the GPU's work.
 *
 * <p>Values that a card or driver does not report are NaN. Names and numbers are those of NVIDIA's nvml.h.
 */
public final class Nvml implements GpuGauge, AutoCloseable {
    private static final int SUCCESS = 0;
    private static final int CLOCK_SM = 1;
    private static final int TEMPERATURE_GPU = 0;
    private static final double MILLI = 1e-3;

    /** The path in Windows Subsystem for Linux, whose loader may not find it. */
    private static final String WSL = "/usr/lib/wsl/lib/libnvidia-ml.so.1";

    private final NvmlLibrary library;
    private final Pointer gpu;

    private Nvml(NvmlLibrary library, Pointer gpu) {
        this.library = library;
        this.gpu = gpu;
    }

    /**
     * Opens the GPU with a UUID through the driver's library.
     *
     * @param uuid as nvidia-smi prints it, {@code GPU-...} or {@code MIG-...}
     * @throws NvmlException if there is no library, or it cannot open the GPU
     */
    public static Nvml open(String uuid) throws NvmlException {
        // Only development packages have libnvidia-ml.so without a number.
        String name = Platform.isWindows() ? "nvml" : "libnvidia-ml.so.1";
        return open(uuid, new File(WSL).exists() ? WSL : name);
    }

    /**
     * @param libraryName for JNA: a name to search for, or a path
     */
    static Nvml open(String uuid, String libraryName) throws NvmlException {
        NvmlLibrary library;
        try {
            library = Native.load(libraryName, NvmlLibrary.class);
            succeed("nvmlInit_v2", library.nvmlInit_v2());
        } catch (LinkageError e) { // JNA itself or the driver's library cannot be loaded
            throw new NvmlException(
                    "the driver library " + libraryName + " cannot be loaded: " + firstLine(e.getMessage()), e);
        }
        PointerByReference gpu = new PointerByReference();
        try {
            succeed("nvmlDeviceGetHandleByUUID(" + uuid + ")", library.nvmlDeviceGetHandleByUUID(uuid, gpu));
        } catch (NvmlException e) {
            library.nvmlShutdown();
            throw e;
        }
        return new Nvml(library, gpu.getValue());
    }

    @Override
    public GpuSample sample() {
        IntByReference number = new IntByReference();
        LongByReference mask = new LongByReference();
        Memory memory = new Memory();
        return new GpuSample(
                succeeds(it -> it.nvmlDeviceGetClockInfo(gpu, CLOCK_SM, number)) ? number.getValue() : Double.NaN,
                succeeds(it -> it.nvmlDeviceGetPowerUsage(gpu, number)) ? number.getValue() * MILLI : Double.NaN,
                succeeds(it -> it.nvmlDeviceGetTemperature(gpu, TEMPERATURE_GPU, number))
                        ? number.getValue()
                        : Double.NaN,
                succeeds(it -> it.nvmlDeviceGetCurrentClocksThrottleReasons(gpu, mask))
                        ? ThrottleReasons.of(mask.getValue())
                        : ThrottleReasons.UNKNOWN,
                succeeds(it -> it.nvmlDeviceGetMemoryInfo(gpu, memory)) ? memory.used : Double.NaN);
    }

    @Override
    public double energyJoules() {
        LongByReference millijoules = new LongByReference();
        return succeeds(it -> it.nvmlDeviceGetTotalEnergyConsumption(gpu, millijoules))
                ? millijoules.getValue() * MILLI
                : Double.NaN;
    }

    /** Whether a query succeeded; not supported, refused, GPU lost, or missing in an old driver all count as no. */
    private boolean succeeds(ToIntFunction<NvmlLibrary> question) {
        try {
            return question.applyAsInt(library) == SUCCESS;
        } catch (LinkageError notInThisLibrary) {
            return false;
        }
    }

    private static void succeed(String call, int code) throws NvmlException {
        if (code != SUCCESS) {
            throw new NvmlException(call + " of the driver library failed with code " + code, null);
        }
    }

    private static String firstLine(String message) {
        return message == null
                ? "no reason given"
                : message.lines().findFirst().orElse("").strip();
    }

    @Override
    public void close() {
        library.nvmlShutdown();
    }

    /** Why NVML cannot be used. */
    public static final class NvmlException extends Exception {
        private static final long serialVersionUID = 1;

        NvmlException(String reason, Throwable cause) {
            super(reason, cause);
        }
    }

    /** nvmlMemory_t: three counts of bytes. */
    @Structure.FieldOrder({"total", "free", "used"})
    public static final class Memory extends Structure {
        public long total;
        public long free;
        public long used;
    }

    /** The functions of nvml.h that are used here; each returns an nvmlReturn_t. */
    interface NvmlLibrary extends Library {
        int nvmlInit_v2();

        int nvmlShutdown();

        int nvmlDeviceGetHandleByUUID(String uuid, PointerByReference device);

        int nvmlDeviceGetClockInfo(Pointer device, int type, IntByReference mhz);

        int nvmlDeviceGetPowerUsage(Pointer device, IntByReference milliwatts);

        int nvmlDeviceGetTemperature(Pointer device, int sensor, IntByReference celsius);

        int nvmlDeviceGetCurrentClocksThrottleReasons(Pointer device, LongByReference reasons);

        int nvmlDeviceGetTotalEnergyConsumption(Pointer device, LongByReference millijoules);

        int nvmlDeviceGetMemoryInfo(Pointer device, Memory memory);
    }
}
