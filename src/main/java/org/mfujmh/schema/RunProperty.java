package org.mfujmh.schema;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A system property of this suite, {@code -Dmfu.*}. Every fork gets its environment and settings in these properties,
 * so that JMH records them in the {@code jvmArgs} of each result.
 */
public enum RunProperty {
    /** The name of the GPU or CPU that the passes ran on. */
    DEVICE("mfu.device", "device", OnDifference.FORBIDS_EVEN_WHERE_UNKNOWN),
    DEVICE_COUNT("mfu.deviceCount", "number of devices", OnDifference.FORBIDS),
    /** Number of libtorch's compute threads. */
    THREADS("mfu.threads", "engine threads", OnDifference.FORBIDS),
    /** The version of this vocabulary. */
    SCHEMA("mfu.schema", "schema", OnDifference.FORBIDS),
    /**
     * Instruction sets that matter for matrix products. A CPU whose AMX is disabled (in a virtual machine) is a
     * different device.
     */
    CPU_FEATURES("mfu.cpuFeatures", "CPU features", OnDifference.FORBIDS_ON_CPUS),
    /** The CPU generation: hypervisors give fifteen years of CPUs the same name. */
    CPU_MODEL("mfu.cpuModel", "CPU model", OnDifference.FORBIDS_ON_CPUS_WHERE_RECORDED),
    /** Its caches from the second level on: clouds give CPUs of one generation and different size the same name. */
    CPU_CACHES("mfu.cpuCaches", "CPU caches", OnDifference.FORBIDS_ON_CPUS_WHERE_RECORDED),
    /** The backend of the fused program. The key is the one that older builds write and read. */
    BACKEND("mfu.form", "backend of the fused program", OnDifference.NOTED),
    /** How a decoding step multiplies its rows on a CPU; absent where there is no choice. */
    ROW_PRODUCT("mfu.rowProduct", "product of rows", OnDifference.NOTED),
    /** The relevant part of a model's config.json; absent for a model that is shipped by name. */
    MODEL("mfu.model", "model's configuration", OnDifference.FORBIDS),
    CPU("mfu.cpu", "CPU", OnDifference.NOTED),
    /** Memory of the device in bytes; empty if unknown. */
    MEMORY("mfu.memory", "memory", OnDifference.NOTED),
    /** Driver version of the GPU. */
    DRIVER("mfu.driver", "driver", OnDifference.NOTED),
    /** Version of libtorch. */
    TORCH("mfu.torch", "PyTorch", OnDifference.NOTED),
    DJL("mfu.djl", "DJL", OnDifference.NOTED),
    /** Commit of the checkout that the suite ran in, with {@code -dirty} appended if files differed from it. */
    COMMIT("mfu.commit", "commit", OnDifference.NOTED),
    /** Time of measurement: an ISO 8601 instant. */
    TIME("mfu.time", "measured at", OnDifference.UNSEEN),
    /** Environment variables that change how libtorch computes, as {@code NAME=VALUE} on one line. */
    ENVIRONMENT("mfu.env", "environment variables", OnDifference.NOTED),
    /** Extra, uncounted passes per counted pass, for calibrating the gate: 0.0526 multiplies throughput by 0.95. */
    PLANTED_SLOWDOWN("mfu.calibration.plantedSlowdown", "planted slowdown", OnDifference.NOTED),
    /** The device's dense peak in the pass's precision, TFLOP/s: the denominator of MFU; empty if none is known. */
    PEAK_TFLOPS("mfu.peakTflops", "datasheet peak, TFLOP/s", OnDifference.NOTED),
    /** The datasheet's memory bandwidth, GB/s: the denominator of MBU; empty if none is known. */
    PEAK_BANDWIDTH_GBS("mfu.peakBandwidthGbs", "datasheet bandwidth, GB/s", OnDifference.NOTED),
    /** The source of the peak, or why there is none. */
    PEAK_SOURCE("mfu.peakSource", "source of the peak", OnDifference.UNSEEN),
    /** The clock at which the device reaches its peak, MHz. */
    BOOST_MHZ("mfu.boostMhz", "boost clock, MHz", OnDifference.UNSEEN),
    /** UUID with which NVML finds the measured GPU. */
    GPU_UUID("mfu.gpuUuid", "UUID of the GPU", OnDifference.UNSEEN),
    /** Physical cores of the CPU. */
    CORES("mfu.cores", "CPU cores", OnDifference.UNSEEN),
    /** CPU limit of the control group; empty if it sets none. */
    CPU_QUOTA("mfu.cpuQuota", "CPU quota", OnDifference.UNSEEN),
    JVM("mfu.jvm", "Java virtual machine", OnDifference.UNSEEN),
    JMH("mfu.jmh", "JMH", OnDifference.UNSEEN),
    /** The publication that a figure was taken from; results with this property were not measured here. */
    SOURCE("mfu.source", "published in", OnDifference.UNSEEN),

    /** Folder of the installed PyTorch that is used instead of the bundled one. */
    TORCH_PATH("mfu.torchPath", "PyTorch folder", OnDifference.UNSEEN),
    /** The JNI library compiled for that PyTorch. */
    TORCH_JNI("mfu.torchJni", "PyTorch JNI library", OnDifference.UNSEEN),
    /** Fingerprint with which a process detects that PyTorch has changed since the run started. */
    TORCH_STAMP("mfu.torchStamp", "PyTorch fingerprint", OnDifference.UNSEEN),

    /** The PyTorch that the user requests, as {@code --torch}; recorded only if that is {@code bundled}. */
    TORCH_ASKED("mfu.torch.path", "requested PyTorch", OnDifference.UNSEEN),
    /** A folder with jni.h, which the launcher of the portable archive names; not recorded. */
    JNI_INCLUDE("mfu.jni.include", "folder of jni.h", OnDifference.UNSEEN),
    /** How this program was started, for the command that resumes a run; not recorded. */
    COMMAND("mfu.command", "command", OnDifference.UNSEEN),
    /** {@code true} ends a suite when the process that started it ends; not recorded. */
    EXIT_WITH_PARENT("mfu.exitWithParent", "ends with its parent", OnDifference.UNSEEN);

    /** What a difference in this property means when two results are compared. */
    public enum OnDifference {
        /** The two results must not be compared. */
        FORBIDS,
        /** Like {@link #FORBIDS}, and two unknown devices are not assumed to be the same one. */
        FORBIDS_EVEN_WHERE_UNKNOWN,
        /** Like {@link #FORBIDS} if the device is a CPU; otherwise noted. */
        FORBIDS_ON_CPUS,
        /** Like {@link #FORBIDS_ON_CPUS} if both results have the property; older ones do not. */
        FORBIDS_ON_CPUS_WHERE_RECORDED,
        /** Shown with the comparison: people do compare versions and commits. */
        NOTED,
        /** Not shown: it follows from other properties, or differs on every machine. */
        UNSEEN
    }

    /** The prefix of every key of this suite. */
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

    /** The property with this key; empty if the suite has none. */
    public static Optional<RunProperty> of(String key) {
        return Optional.ofNullable(BY_KEY.get(key));
    }

    /** The name after {@code -D}, e.g. {@code mfu.device}. */
    public String key() {
        return key;
    }

    /** What the property holds, for people. */
    public String title() {
        return title;
    }

    /** What a difference in this property means when two results are compared. */
    public OnDifference onDifference() {
        return onDifference;
    }

    /** The value in this process; empty if it is not set or blank. */
    public Optional<String> ofThisProcess() {
        return Optional.ofNullable(System.getProperty(key)).filter(value -> !value.isBlank());
    }

    /** The JVM argument that sets this property. */
    public String argument(String value) {
        return "-D" + key + "=" + value;
    }
}
