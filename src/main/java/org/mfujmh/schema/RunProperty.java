package org.mfujmh.schema;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A system property of ours, {@code -Dmfu.*}. What ran where is handed to every fork in these, so that JMH records it in
 * the {@code jvmArgs} of each result.
 */
public enum RunProperty {
    /** The name of what the passes ran on: a GPU's, or the CPU's. */
    DEVICE("mfu.device", "device", OnDifference.FORBIDS_EVEN_WHERE_UNKNOWN),
    DEVICE_COUNT("mfu.deviceCount", "number of devices", OnDifference.FORBIDS),
    /** Threads that libtorch computes with. */
    THREADS("mfu.threads", "engine threads", OnDifference.FORBIDS),
    /** The version of these words. */
    SCHEMA("mfu.schema", "schema", OnDifference.FORBIDS),
    /** Instruction sets that matter for products. A CPU without AMX (in a virtual machine) is another device. */
    CPU_FEATURES("mfu.cpuFeatures", "CPU features", OnDifference.FORBIDS_ON_CPUS),
    /** The generation behind the CPU's name: hypervisors name fifteen years of CPUs alike. */
    CPU_MODEL("mfu.cpuModel", "CPU model", OnDifference.FORBIDS_ON_CPUS_WHERE_RECORDED),
    /** The backend of the fused program; the key keeps the name that older builds write and obey. */
    BACKEND("mfu.form", "form of the fused program", OnDifference.NOTED),
    /** What of its config.json matters, for a model that is not shipped by name; absent for one that is. */
    MODEL("mfu.model", "model's configuration", OnDifference.FORBIDS),
    CPU("mfu.cpu", "CPU", OnDifference.NOTED),
    /** Of the device, in bytes; empty where it is not known. */
    MEMORY("mfu.memory", "memory", OnDifference.NOTED),
    /** Of the GPU. */
    DRIVER("mfu.driver", "driver", OnDifference.NOTED),
    /** The version of libtorch. */
    TORCH("mfu.torch", "PyTorch", OnDifference.NOTED),
    DJL("mfu.djl", "DJL", OnDifference.NOTED),
    /** Of the checkout that the suite ran in, marked {@code -dirty} where files differed from it. */
    COMMIT("mfu.commit", "commit", OnDifference.NOTED),
    /** When it was measured: an instant of ISO 8601. */
    TIME("mfu.time", "measured at", OnDifference.UNSEEN),
    /** Variables that change how libtorch computes, as {@code NAME=VALUE} in one line. */
    ENVIRONMENT("mfu.env", "environment", OnDifference.NOTED),
    /** Passes run in addition for each that is counted, for the calibration of the gate: 0.0526 makes throughput x 0.95. */
    PLANTED_SLOWDOWN("mfu.calibration.plantedSlowdown", "planted slowdown", OnDifference.NOTED),
    /** The device's dense peak in the pass's precision, TFLOP/s: the denominator of MFU; empty where none is known. */
    PEAK_TFLOPS("mfu.peakTflops", "datasheet peak, TFLOP/s", OnDifference.NOTED),
    /** Where the peak stands, or why there is none. */
    PEAK_SOURCE("mfu.peakSource", "source of the peak", OnDifference.UNSEEN),
    /** The clock at which the device has its peak, MHz. */
    BOOST_MHZ("mfu.boostMhz", "boost clock, MHz", OnDifference.UNSEEN),
    /** By which NVML finds the GPU that is measured. */
    GPU_UUID("mfu.gpuUuid", "UUID of the GPU", OnDifference.UNSEEN),
    /** Physical cores of the CPU. */
    CORES("mfu.cores", "CPU cores", OnDifference.UNSEEN),
    /** CPUs that the control group may use; empty where it sets no limit. */
    CPU_QUOTA("mfu.cpuQuota", "CPU quota", OnDifference.UNSEEN),
    JVM("mfu.jvm", "Java virtual machine", OnDifference.UNSEEN),
    JMH("mfu.jmh", "JMH", OnDifference.UNSEEN),
    /** The publication that a figure was taken from; such a result was not measured here. */
    SOURCE("mfu.source", "published in", OnDifference.UNSEEN),

    /** The folder of the installed PyTorch that is used in place of the bundled one. */
    TORCH_PATH("mfu.torchPath", "folder of PyTorch", OnDifference.UNSEEN),
    /** The JNI library that was compiled for it. */
    TORCH_JNI("mfu.torchJni", "JNI library of PyTorch", OnDifference.UNSEEN),
    /** By which a process sees that it was changed meanwhile. */
    TORCH_STAMP("mfu.torchStamp", "stamp of PyTorch", OnDifference.UNSEEN),

    /** The PyTorch that the user asks for, as {@code --torch}; recorded only if that is {@code bundled}. */
    TORCH_ASKED("mfu.torch.path", "PyTorch asked for", OnDifference.UNSEEN),
    /** A folder with jni.h, which the launcher of the portable archive names; not recorded. */
    JNI_INCLUDE("mfu.jni.include", "folder of jni.h", OnDifference.UNSEEN),
    /** How this program was started, for the command that goes on with a run; not recorded. */
    COMMAND("mfu.command", "command", OnDifference.UNSEEN),
    /** {@code true} ends a suite when the process that started it ends; not recorded. */
    EXIT_WITH_PARENT("mfu.exitWithParent", "ends with its parent", OnDifference.UNSEEN);

    /** What a difference between two results means for their comparison. */
    public enum OnDifference {
        /** The two numbers answer different questions. */
        FORBIDS,
        /** As {@link #FORBIDS}, and two that nobody knows are not one device, though they are called alike. */
        FORBIDS_EVEN_WHERE_UNKNOWN,
        /** As {@link #FORBIDS} where the device is the CPU; else noted. */
        FORBIDS_ON_CPUS,
        /** As {@link #FORBIDS_ON_CPUS} where both results have it; older ones do not. */
        FORBIDS_ON_CPUS_WHERE_RECORDED,
        /** Said beside the comparison: another version or commit is what people compare. */
        NOTED,
        /** Not said: it follows from the others, or differs on every machine. */
        UNSEEN
    }

    /** How every key of ours begins. */
    public static final String PREFIX = "mfu.";

    private static final Map<String, RunProperty> BY_KEY =
            Arrays.stream(values()).collect(Collectors.toMap(RunProperty::key, Function.identity()));

    private final String key;
    private final String title;
    private final OnDifference onDifference;

    RunProperty(String key, String title, OnDifference onDifference) {
        this.key = key;
        this.title = title;
        this.onDifference = onDifference;
    }

    /** The property of that key; empty where it is not this suite's. */
    public static Optional<RunProperty> of(String key) {
        return Optional.ofNullable(BY_KEY.get(key));
    }

    /** Its name after {@code -D}, e.g. {@code mfu.device}. */
    public String key() {
        return key;
    }

    /** What it holds, in words. */
    public String title() {
        return title;
    }

    /** What a difference in it means. */
    public OnDifference onDifference() {
        return onDifference;
    }

    /** Its value in this process; empty where it is not set, or blank. */
    public Optional<String> ofThisProcess() {
        return Optional.ofNullable(System.getProperty(key)).filter(value -> !value.isBlank());
    }

    /** As a JVM takes it. */
    public String argument(String value) {
        return "-D" + key + "=" + value;
    }
}
