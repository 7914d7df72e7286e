package org.mfujmh.suite.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.device.Device;
import org.mfujmh.device.cpu.HostCpu;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.machine.Machine;
import org.mfujmh.device.peaks.Denominator;
import org.mfujmh.profiler.SlowdownProperty;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.tuning.EngineProbe;
import org.openjdk.jmh.util.Version;

/**
 * Properties about the environment and settings of a run. Every fork is started with them, so that JMH records them in
 * the {@code jvmArgs} of each result.
 *
 * @param properties by {@link RunProperty#key}
 */
public record Provenance(Map<String, String> properties) {

    private static final String ENVIRONMENT = "LD_PRELOAD|(OMP|MKL|ONEDNN|THP|CUDA|PYTORCH|DNNL|KMP|GOMP|MALLOC)_.*";

    /** @param written files that this run writes, which are no change of the program */
    public static Provenance of(EngineProbe.EngineInfo engine, Machine machine, Set<Path> written) {
        Device device = machine.deviceNamed(engine.device());
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(RunProperty.SCHEMA.key(), "1");
        properties.put(RunProperty.DEVICE.key(), device instanceof Gpu card ? card.nameOfWhatRuns() : device.name());
        properties.put(RunProperty.DEVICE_COUNT.key(), "1");
        properties.put(RunProperty.DRIVER.key(), device instanceof Gpu card ? card.driver() : "");
        if (device instanceof Gpu card) {
            properties.put(RunProperty.GPU_UUID.key(), card.uuidOfWhatRuns());
        }
        properties.put(RunProperty.CPU.key(), machine.cpu().name());
        properties.put(RunProperty.CPU_MODEL.key(), machine.cpu().generation());
        properties.put(RunProperty.CPU_CACHES.key(), machine.cpu().caches());
        properties.put(
                RunProperty.CPU_FEATURES.key(), String.join(",", machine.cpu().features()));
        properties.put(RunProperty.CORES.key(), String.valueOf(machine.cpu().physicalCores()));
        properties.put(
                RunProperty.CPU_QUOTA.key(),
                machine.cpu().cpuQuota().isPresent()
                        ? String.valueOf(machine.cpu().cpuQuota().getAsDouble())
                        : "");
        properties.put(RunProperty.THREADS.key(), String.valueOf(engine.threads()));
        properties.put(RunProperty.MEMORY.key(), memory(device));
        properties.put(RunProperty.TORCH.key(), engine.torch());
        properties.put(RunProperty.DJL.key(), engine.djl());
        properties.put(RunProperty.JVM.key(), jvm());
        properties.put(RunProperty.JMH.key(), jmh());
        properties.put(RunProperty.COMMIT.key(), commit(written));
        properties.put(RunProperty.ENVIRONMENT.key(), environment());
        SlowdownProperty.asked().ifPresent(share -> properties.put(RunProperty.PLANTED_SLOWDOWN.key(), share));
        return new Provenance(properties);
    }

    /** The device's memory in bytes; empty if unknown, as for a slice of a card. */
    private static String memory(Device device) {
        if (device instanceof HostCpu cpu) {
            return String.valueOf(
                    Math.min(cpu.memoryBytes(), cpu.memoryLimitBytes().orElse(Long.MAX_VALUE)));
        }
        return device instanceof Gpu card && !card.mig() && card.memoryMib().isPresent()
                ? String.valueOf((long) card.memoryMib().getAsInt() << 20)
                : "";
    }

    /** A copy with the peak for MFU, or the reason why there is none. */
    public Provenance with(Denominator denominator) {
        Map<String, String> more = new LinkedHashMap<>(properties);
        boolean known = denominator instanceof Denominator.Known;
        more.put(RunProperty.PEAK_TFLOPS.key(), known ? String.valueOf(denominator.tflops()) : "");
        denominator.boostMhz().ifPresent(mhz -> more.put(RunProperty.BOOST_MHZ.key(), String.valueOf(mhz)));
        more.put(
                RunProperty.PEAK_SOURCE.key(),
                denominator instanceof Denominator.Known peak ? peak.source() : denominator.describe());
        return new Provenance(more);
    }

    /** A copy with the datasheet's memory bandwidth, the denominator of MBU. */
    public Provenance withBandwidth(OptionalDouble gigabytesPerSecond) {
        return with(Map.of(
                RunProperty.PEAK_BANDWIDTH_GBS.key(),
                gigabytesPerSecond.isPresent() ? String.valueOf(gigabytesPerSecond.getAsDouble()) : ""));
    }

    /** A copy with properties changed or added. */
    public Provenance with(Map<String, String> others) {
        Map<String, String> changed = new LinkedHashMap<>(properties);
        changed.putAll(others);
        return new Provenance(changed);
    }

    /** A copy without a property. */
    public Provenance without(String property) {
        Map<String, String> fewer = new LinkedHashMap<>(properties);
        fewer.remove(property);
        return new Provenance(fewer);
    }

    /** The JVM of the suite, and of its forks unless -jvm names another. */
    public static String jvm() {
        return System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version");
    }

    public static String jmh() {
        return Version.getPlainVersion();
    }

    List<String> jvmArgs() {
        return properties.entrySet().stream()
                .map(property -> "-D" + property.getKey() + "=" + property.getValue())
                .toList();
    }

    /**
     * Describes how what forks of a combination would record differs from what an earlier entry did; empty if it is the
     * same. The PyTorch in use and the model's configuration count too, which forks get in addition to these properties.
     */
    public Optional<String> differences(Combination one, Entry earlier) {
        Map<String, String> now = new LinkedHashMap<>(properties);
        Stream.of(RunProperty.TORCH_PATH, RunProperty.TORCH_STAMP)
                .forEach(property ->
                        now.put(property.key(), property.ofThisProcess().orElse("")));
        List<String> differing = new ArrayList<>();
        now.forEach((name, value) -> {
            String before = earlier.property(name).orElse("");
            if (!before.equals(value)) {
                differing.add(name + " was \"" + before + "\" and is now \"" + value + "\"");
            }
        });
        ConfigChange model = new ConfigChange(
                earlier.property(RunProperty.MODEL).orElse(""), one.modelJson().orElse(""));
        if (!model.before().equals(model.after())) {
            differing.add(RunProperty.MODEL.key() + ", the configuration of " + one.param(PassParams.MODEL, "the model")
                    + ": " + model.inWords());
        }
        return differing.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", differing));
    }

    private static String environment() {
        return new TreeMap<>(System.getenv())
                .entrySet().stream()
                        .filter(variable -> variable.getKey().matches(ENVIRONMENT))
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .collect(Collectors.joining(" "));
    }

    /**
     * The commit of the checkout that the suite is run in, marked where files differ from it. Outside a checkout the one
     * that the jar was built from; empty if that is not known either.
     */
    private static String commit(Set<Path> written) {
        return BuildCommit.ofFolder(Path.of("."), written)
                .or(BuildCommit::ofThisProgram)
                .orElse("");
    }
}
