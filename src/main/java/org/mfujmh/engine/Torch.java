package org.mfujmh.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Utils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.device.NativeFolder;
import org.mfujmh.engine.installed.TorchInUse;

/** libtorch in this process, loaded on first use: its version, threads and devices. */
public final class Torch {

    static {
        // DJL reports each start to its makers unless told not to; nothing is sent from here.
        System.setProperty("OPT_OUT_TRACKING", "true");
        // A build with a native library on its class path needs no network, so it gets none. Only
        // -Dgpu.online builds without one, in order that DJL downloads it.
        if (onClassPath() != null) {
            System.setProperty("ai.djl.offline", "true");
        }
    }

    private Torch() {}

    /** What the native library on the class path says of itself, or null if there is none. */
    private static URL onClassPath() {
        return Torch.class.getClassLoader().getResource("native/lib/pytorch.properties");
    }

    /**
     * Loads libtorch: the installed one that was asked for, or the one on the class path, which is unpacked first (some
     * 450 MB into DJL's cache) where that was never done.
     *
     * @throws BadInput if the installed one cannot be found, prepared or loaded
     */
    static Engine engine() {
        TorchInUse.prepare(System.err);
        if (!TorchInUse.isInstalled()) {
            if (onClassPath() == null && Boolean.getBoolean("ai.djl.offline")) {
                throw new BadInput("This archive does not include libtorch. Run on an installed PyTorch: --torch auto"
                        + " or --torch PATH (docs/guide/own-pytorch.md).");
            }
            return Engine.getEngine("PyTorch");
        }
        System.setProperty("ai.djl.offline", "true");
        Engine engine;
        try {
            engine = Engine.getEngine("PyTorch");
        } catch (RuntimeException | LinkageError e) {
            String why = whyNotMapped(e).orElseGet(() -> whyNotLoaded(e));
            throw new BadInput(why + " It is " + TorchInUse.describe().orElseThrow() + ".", e);
        }
        requireInstalled(LibUtils.getLibtorchPath());
        return engine;
    }

    /** DJL goes on to its own libtorch where a file is missing in the folder that it was given. */
    private static void requireInstalled(String loaded) {
        if (!isSameFolder(loaded, TorchInUse.libraryFolder())) {
            throw new BadInput("DJL loaded libtorch from " + loaded + " instead of " + TorchInUse.libraryFolder()
                    + ", whose files are incomplete. Delete that folder: the next run makes it anew.");
        }
    }

    private static boolean isSameFolder(String one, String other) {
        try {
            return Files.isSameFile(Path.of(one), Path.of(other));
        } catch (IOException gone) {
            return false;
        }
    }

    /** What helps where the loader could not put a library into memory. */
    private static Optional<String> whyNotMapped(Throwable thrown) {
        return messages(thrown)
                .filter(message -> message.contains("failed to map segment"))
                .findFirst()
                .map(
                        message -> message.contains(TorchInUse.libraryFolder())
                                ? "libtorch cannot be loaded: the JNI library is in " + TorchInUse.libraryFolder()
                                        + ", which does not allow execution (mounted noexec). Name another folder with MFU_CACHE=FOLDER."
                                : "libtorch cannot be loaded: " + message
                                        + ". Either memory is limited (`ulimit -v` shows the limit), or that folder does not allow execution (mounted noexec).");
    }

    private static boolean says(Throwable thrown, String words) {
        return messages(thrown).anyMatch(message -> message.contains(words));
    }

    private static Stream<String> messages(Throwable thrown) {
        return Stream.iterate(thrown, one -> one != null, Throwable::getCause)
                .map(one -> String.valueOf(one.getMessage()));
    }

    /** Where DJL unpacks libtorch, and its own library. */
    public static NativeFolder cache() {
        return new NativeFolder(
                "DJL unpacks libtorch (some 450 MB)", Utils.getEngineCacheDir(), "DJL_CACHE_DIR=FOLDER");
    }

    /** Why {@link #engine} failed, as a sentence: what was thrown and, if known, what helps. */
    public static String whyNotLoaded(Throwable thrown) {
        Throwable innermost = thrown;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        Optional<String> folder = NativeFolder.trouble(List.of(cache(), NativeFolder.jna(), NativeFolder.temporary()));
        if (NativeFolder.isSuspect(thrown) && folder.isPresent()) {
            return "libtorch cannot be loaded. " + folder.get();
        }
        String what = "libtorch cannot be loaded: " + innermost.getMessage();
        if (isPassedOver(thrown)) {
            return what + " The library on the class path is not for this machine: a CUDA build needs an NVIDIA driver"
                    + " and a libcudart.so of its CUDA version or newer, in the system's folders or in one that"
                    + " MFU_JAVA_OPTS=-Djna.library.path=FOLDER names (see docs/guide/gpu.md); or build without -Dgpu.";
        }
        return what + ".";
    }

    /** Whether DJL passed over every native on the class path, and went to look for another in the network. */
    public static boolean isPassedOver(Throwable thrown) {
        return says(thrown, "Offline mode");
    }

    /** The version of libtorch, e.g. {@code 2.7.1}. */
    public static String version() {
        return engine().getVersion();
    }

    /** The version of DJL, e.g. {@code 0.36.0}. */
    public static String djlVersion() {
        return Engine.getDjlVersion();
    }

    /** Threads within one operation. */
    public static int threads() {
        engine();
        return JniUtils.getNumThreads();
    }

    /** Number of CUDA devices that this libtorch can use; 0 with a CPU build, even if the machine has GPUs. */
    public static int cudaDevices() {
        return engine().hasCapability("CUDA") ? engine().getGpuCount() : 0;
    }

    /** {@code cuda:0} where this libtorch can use a GPU, else {@code cpu}. */
    public static String defaultDevice() {
        return cudaDevices() > 0 ? "cuda:0" : "cpu";
    }

    /**
     * Checks only the name, without loading libtorch.
     *
     * @throws BadInput if it is neither {@code auto} nor the name of a device
     */
    public static void requireDeviceName(String name) {
        if (!name.matches("auto|cpu|cuda:[0-9]{1,3}")) {
            throw new BadInput("There is no device \"" + name + "\". Choose auto, cpu or cuda:N, e.g. cuda:0.");
        }
    }

    /** @throws BadInput if there is no such device or this libtorch cannot use it */
    public static void requireDevice(String name) {
        device(name);
    }

    /**
     * The device of that name, checked: DJL itself falls back to the CPU silently.
     *
     * @param name {@code cpu} or {@code cuda:N}
     * @throws BadInput if the name is neither, or this libtorch cannot use that GPU
     */
    static Device device(String name) {
        if (name.equals("cpu")) {
            return Device.cpu();
        }
        requireDeviceName(name);
        int index = Integer.parseInt(name.substring("cuda:".length()));
        int count = cudaDevices();
        if (index < count) {
            return Device.gpu(index);
        }
        String which = "Device " + name + " was requested, but libtorch " + version() + ", ";
        if (isCudaBuild()) {
            throw new BadInput(which + "a CUDA build, sees " + count + " CUDA device(s). Compare `nvidia-smi -L` and"
                    + " CUDA_VISIBLE_DEVICES; without an NVIDIA driver it has none.");
        }
        throw new BadInput(which + "a CPU build, cannot use it. Run on an installed PyTorch with CUDA: --torch auto"
                + " (docs/guide/own-pytorch.md), or let Maven fetch libtorch 2.5.1 with CUDA 12.4: MFU_MAVEN=-Dgpu ./mfu ...; or"
                + " choose the device cpu.");
    }

    /** Whether it was built for CUDA; DJL's own capability says that it can use CUDA now. */
    private static boolean isCudaBuild() {
        return TorchInUse.isCudaBuild().orElseGet(() -> engine().hasCapability("CUDA") || flavor().startsWith("cu"));
    }

    /** Of the native library on the class path: {@code cpu}, {@code cu124}; empty if there is none. */
    private static String flavor() {
        if (onClassPath() == null) {
            return "";
        }
        Properties described = new Properties();
        try (InputStream in = onClassPath().openStream()) {
            described.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return described.getProperty("flavor", "");
    }
}
