package org.mfujmh.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A condition under which two entries were not measured alike.
 *
 * @param what the condition, in words
 * @param before its value in the first entry, "not recorded" where there is none
 * @param after its value in the second
 * @param incomparable whether it makes the two numbers answers to different questions. Another version or
 *     commit does not: that is what people compare
 */
public record Difference(String what, String before, String after, boolean incomparable) {
    private static final String ABSENT = "not recorded";

    /** Every condition in which the two differ, those that forbid the comparison first. */
    public static List<Difference> between(Entry before, Entry after) {
        Differences found = new Differences(before, after);
        boolean forbids = true;
        found.device("device", "mfu.device");
        found.property("number of devices", "mfu.deviceCount", forbids);
        found.property("engine threads", "mfu.threads", forbids);
        found.property("schema", "mfu.schema", forbids);
        // On a CPU its features are the device: the same name without AMX (a virtual machine) is another machine.
        boolean cpu = before.property("mfu.device").equals(before.property("mfu.cpu"));
        found.property("CPU features", "mfu.cpuFeatures", cpu);
        // Hypervisors name fifteen years of CPUs alike; files from before this was recorded are taken at their name.
        boolean recorded = Stream.of(before, after)
                .allMatch(entry -> entry.property("mfu.cpuModel").isPresent());
        if (recorded) {
            found.property("CPU model", "mfu.cpuModel", cpu);
        }
        found.param("precision", "dtype", forbids);
        found.param("program", "program", forbids);
        found.param("loss", "loss", forbids);
        found.add("mode", Entry::mode, forbids);
        found.add("threads", entry -> Integer.toString(entry.threads()), forbids);
        found.field("batch size of JMH", "measurementBatchSize", forbids);

        // Where the machine wrote down its device, cuda:0 or auto are only ways to have chosen it.
        found.param("device parameter", "device", before.property("mfu.device").isEmpty());
        found.param("GEMM", "gemm", false);
        found.property("form of the fused program", "mfu.form", false);
        found.property("CPU", "mfu.cpu", false);
        found.property("memory", "mfu.memory", false);
        found.property("driver", "mfu.driver", false);
        found.property("PyTorch", "mfu.torch", false);
        found.property("DJL", "mfu.djl", false);
        found.property("commit", "mfu.commit", false);
        found.property("environment", "mfu.env", false);
        found.property("planted slowdown", "mfu.calibration.plantedSlowdown", false);
        found.property("datasheet peak, TFLOP/s", "mfu.peakTflops", false);
        found.field("JDK", "jdkVersion", false);
        found.field("VM", "vmName", false);
        found.field("JMH", "jmhVersion", false);
        found.field("iterations", "measurementIterations", false);
        found.field("time of an iteration", "measurementTime", false);
        found.field("warm-up iterations", "warmupIterations", false);
        found.field("time of a warm-up iteration", "warmupTime", false);
        return found.list;
    }

    @Override
    public String toString() {
        return what + ": " + PlainText.of(before) + " -> " + PlainText.of(after);
    }

    /** Collects while it compares. */
    private static final class Differences {
        private final Entry before;
        private final Entry after;
        private final List<Difference> list = new ArrayList<>();

        Differences(Entry before, Entry after) {
            this.before = before;
            this.after = after;
        }

        void property(String what, String name, boolean incomparable) {
            add(what, entry -> entry.property(name).orElse(ABSENT), incomparable);
        }

        /** Two that nobody knows are not one device, though they are called alike: "-", unknown. */
        void device(String what, String name) {
            Optional<String> first = before.property(name);
            Optional<String> second = after.property(name);
            if (first.isPresent() && first.equals(second) && DeviceNames.isUnknown(first.get())) {
                String unknown = "unknown (\"" + first.get() + "\")";
                list.add(new Difference(what, unknown, unknown + ", maybe another", true));
            } else {
                property(what, name, true);
            }
        }

        void param(String what, String name, boolean incomparable) {
            add(what, entry -> entry.params().getOrDefault(name, ABSENT), incomparable);
        }

        void field(String what, String name, boolean incomparable) {
            add(what, entry -> entry.field(name).orElse(ABSENT), incomparable);
        }

        void add(String what, Function<Entry, String> value, boolean incomparable) {
            String first = value.apply(before);
            String second = value.apply(after);
            if (!first.equals(second)) {
                list.add(new Difference(what, first, second, incomparable));
            }
        }
    }
}
