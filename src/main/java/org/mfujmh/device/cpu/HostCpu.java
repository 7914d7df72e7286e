package org.mfujmh.device.cpu;

import com.sun.jna.Native;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.mfujmh.BadInput;
import org.mfujmh.device.Device;
import org.mfujmh.device.DeviceSlug;
import org.mfujmh.device.NativeFolder;
import org.mfujmh.device.SystemFile;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.CentralProcessor.LogicalProcessor;
import oshi.hardware.GlobalMemory;

/**
 * The host's CPU and memory, as far as this process may use them: a container or {@code taskset} may
 * leave two cores of a hundred.
 *
 * @param name as the CPU gives it, e.g. {@code Intel(R) Xeon(R) 6972P}; made of what else is known of it where it gives
 *     none, or one that other CPUs have
 * @param generation family, model and stepping, which tell CPUs apart that a hypervisor names alike
 * @param sockets of the whole machine
 * @param physicalCores this process may run on
 * @param logicalProcessors this process may run on
 * @param cpuQuota processors' worth of time the control groups grant, where they limit it
 * @param features instruction sets that matter to matrix products, by Linux's names, sorted
 * @param memoryBytes of the whole machine
 * @param memoryLimitBytes the control groups' limit, where they set one
 * @param memoryAvailableBytes what could be used now without swapping, by the machine and by the limit
 */
public record HostCpu(
        String name,
        String generation,
        int sockets,
        int physicalCores,
        int logicalProcessors,
        OptionalDouble cpuQuota,
        List<String> features,
        long memoryBytes,
        OptionalLong memoryLimitBytes,
        long memoryAvailableBytes)
        implements Device {

    /** Why a CPU has no MFU against a datasheet. */
    public static final String WHY_NO_PEAK =
            "no CPU's datasheet gives a peak for matrix products, since the clock under such load depends on the cores in"
                    + " use and the cooling; the share of the measured roofline is what compares";

    public HostCpu {
        features = List.copyOf(features);
    }

    /** Asks the operating system; some 0.3 s. */
    public static HostCpu detect() {
        requireJna();
        Path root = Path.of("/");
        return detect(allowedProcessors(root), CgroupLimits.read(root));
    }

    /** OSHI asks by JNA, and where that cannot be unpacked both print stack traces of their own: looked at before. */
    private static void requireJna() {
        Optional<String> trouble = System.getProperty("jna.boot.library.path") == null
                ? NativeFolder.jna().trouble()
                : Optional.empty();
        trouble.ifPresent(sentence -> {
            throw new BadInput(sentence);
        });
        try {
            Native.getNativeSize(long.class);
        } catch (LinkageError e) {
            throw new BadInput(
                    "JNA's native library cannot be loaded, so this machine cannot be asked what it is: "
                            + e.getMessage(),
                    e);
        }
    }

    private static HostCpu detect(Set<Integer> allowed, CgroupLimits limits) {
        SystemInfo system = new SystemInfo();
        CentralProcessor processor = system.getHardware().getProcessor();
        GlobalMemory memory = system.getHardware().getMemory();
        CentralProcessor.ProcessorIdentifier identifier = processor.getProcessorIdentifier();
        List<LogicalProcessor> ours = processor.getLogicalProcessors().stream()
                .filter(logical -> allowed.isEmpty() || allowed.contains(logical.getProcessorNumber()))
                .toList();
        int logical =
                allowed.isEmpty() ? Math.min(ours.size(), Runtime.getRuntime().availableProcessors()) : ours.size();
        int physical = (int) ours.stream()
                .map(one -> List.of(one.getPhysicalPackageNumber(), one.getPhysicalProcessorNumber()))
                .distinct()
                .count();
        return new HostCpu(
                CpuName.of(identifier.getName(), Path.of("/")),
                ("family " + identifier.getFamily() + " model " + identifier.getModel() + " stepping "
                        + identifier.getStepping()),
                processor.getPhysicalPackageCount(),
                physical == 0 ? logical : Math.min(physical, logical),
                logical,
                limits.cpus(),
                CpuFeatures.reduce(processor.getFeatureFlags()),
                memory.getTotal(),
                limits.memoryBytes(),
                Math.min(memory.getAvailable(), limits.memoryLeftBytes().orElse(Long.MAX_VALUE)));
    }

    /** Physical cores this process can keep busy: no more than it may run on, nor than its quota pays for (rounded up). */
    public int usableCores() {
        return cpuQuota.isPresent()
                ? Math.max(1, Math.min(physicalCores, (int) Math.ceil(cpuQuota.getAsDouble())))
                : physicalCores;
    }

    /** Whether this CPU multiplies bf16 matrices in hardware, rather than by way of fp32. */
    public boolean multipliesBf16() {
        return features.stream().anyMatch(Set.of("amx_bf16", "avx512_bf16", "bf16", "svebf16")::contains);
    }

    @Override
    public String slug() {
        return DeviceSlug.ofCpu(name, generation, usableCores());
    }

    /** One line: {@code Intel(R) Xeon(R) 6972P, 2 cores (4 threads), avx512_bf16 amx_bf16 ..., 24 GiB}. */
    public String describe() {
        String threads = logicalProcessors == physicalCores ? "" : " (" + logicalProcessors + " threads)";
        String quota =
                cpuQuota.isPresent() ? String.format(Locale.ROOT, ", a quota of %.1f", cpuQuota.getAsDouble()) : "";
        long memory = Math.min(memoryBytes, memoryLimitBytes.orElse(Long.MAX_VALUE));
        return "%s, %d core%s%s%s, %s, %d GiB"
                .formatted(
                        name,
                        physicalCores,
                        physicalCores == 1 ? "" : "s",
                        threads,
                        quota,
                        features.isEmpty() ? "no SIMD features known" : String.join(" ", features),
                        Math.round(memory / (double) (1 << 30)));
    }

    /** Numbers of the logical processors this process may run on, by Linux; empty elsewhere, for all. */
    static Set<Integer> allowedProcessors(Path root) {
        return SystemFile.lines(root.resolve("proc/self/status")).stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .findFirst()
                .map(line -> processors(line.substring(line.indexOf(':') + 1).strip()))
                .orElse(Set.of());
    }

    /** Reads Linux's lists: {@code 0-3,8,10-11}. */
    private static Set<Integer> processors(String list) {
        Set<Integer> numbers = new TreeSet<>();
        for (String range : list.split(",", -1)) {
            if (!range.matches("\\d{1,6}(-\\d{1,6})?")) {
                continue;
            }
            String[] ends = range.split("-", -1);
            int last = Integer.parseInt(ends[ends.length - 1]);
            for (int number = Integer.parseInt(ends[0]); number <= last; number++) {
                numbers.add(number);
            }
        }
        return numbers;
    }
}
