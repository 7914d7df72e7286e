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
 * The part of the host's CPU and memory that this process may use, which a container or {@code taskset} may limit to
 * two cores of a hundred.
 *
 * @param name as reported by the CPU, e.g. {@code Intel(R) Xeon(R) 6972P}; built from other data if it reports none or
 *     an ambiguous one
 * @param generation family, model and stepping, which distinguish CPUs to which a hypervisor gives the same name
 * @param caches from the second level on: {@code L2 2 MiB, L3 32 MiB}; empty if unknown
 * @param sockets sockets of the whole machine
 * @param physicalCores physical cores that this process may run on
 * @param logicalProcessors logical processors that this process may run on
 * @param cpuQuota CPU time in CPUs that the control groups grant, if limited
 * @param features instruction sets relevant to matrix products, by their Linux names, sorted
 * @param memoryBytes memory of the whole machine
 * @param memoryLimitBytes the control groups' limit, if any
 * @param memoryAvailableBytes memory that can be used now without swapping, considering the machine and the limit
 */
public record HostCpu(
        String name,
        String generation,
        String caches,
        int sockets,
        int physicalCores,
        int logicalProcessors,
        OptionalDouble cpuQuota,
        List<String> features,
        long memoryBytes,
        OptionalLong memoryLimitBytes,
        long memoryAvailableBytes)
        implements Device {

    /** Why a CPU has no datasheet peak. */
    public static final String WHY_NO_PEAK =
            "CPU datasheets give no peak for matrix products; see the share of the measured roofline";

    public HostCpu {
        features = List.copyOf(features);
    }

    /** Queries the operating system; takes about 0.3 s. */
    public static HostCpu detect() {
        requireJna();
        Path root = Path.of("/");
        return detect(allowedProcessors(root), CgroupLimits.read(root));
    }

    /** Checks that JNA, which OSHI uses, can be unpacked; otherwise both would print stack traces. */
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
                    "JNA's native library cannot be loaded, so this machine cannot be identified: " + e.getMessage(),
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
                String.join(", ", CpuCaches.of(Path.of("/"))),
                processor.getPhysicalPackageCount(),
                physical == 0 ? logical : Math.min(physical, logical),
                logical,
                limits.cpus(),
                CpuFeatures.reduce(processor.getFeatureFlags()),
                memory.getTotal(),
                limits.memoryBytes(),
                Math.min(memory.getAvailable(), limits.memoryLeftBytes().orElse(Long.MAX_VALUE)));
    }

    /** Physical cores that this process can keep busy, limited by its affinity and its quota (rounded up). */
    public int usableCores() {
        return cpuQuota.isPresent()
                ? Math.max(1, Math.min(physicalCores, (int) Math.ceil(cpuQuota.getAsDouble())))
                : physicalCores;
    }

    /** Whether this CPU multiplies bf16 matrices in hardware rather than through fp32. */
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
                        features.isEmpty() ? "no known SIMD features" : String.join(" ", features),
                        Math.round(memory / (double) (1 << 30)));
    }

    /** The logical processors that this process may run on (Linux); empty on other systems, meaning all. */
    static Set<Integer> allowedProcessors(Path root) {
        return SystemFile.lines(root.resolve("proc/self/status")).stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .findFirst()
                .map(line -> processors(line.substring(line.indexOf(':') + 1).strip()))
                .orElse(Set.of());
    }

    /** Parses Linux's lists: {@code 0-3,8,10-11}. */
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
