package org.mfujmh.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.schema.RunProperty.OnDifference;
import org.mfujmh.schema.TrainingParams;

/**
 * A difference in the conditions under which two entries were measured.
 *
 * @param what the condition, for people
 * @param before its value in the first entry, "not recorded" if there is none
 * @param after its value in the second
 * @param incomparable whether it rules out a comparison. A different version or commit does not, since people compare
 *     these
 */
public record Difference(String what, String before, String after, boolean incomparable) {
    private static final String ABSENT = "not recorded";

    /** All differences between two entries, those that rule out a comparison first. */
    public static List<Difference> between(Entry before, Entry after) {
        Differences found = new Differences(before, after);
        boolean forbids = true;
        boolean onCpu = before.property(RunProperty.DEVICE).equals(before.property(RunProperty.CPU));
        found.device();
        found.properties(OnDifference.FORBIDS, forbids);
        found.properties(OnDifference.FORBIDS_ON_CPUS, onCpu);
        found.propertiesThatBothRecord(OnDifference.FORBIDS_ON_CPUS_WHERE_RECORDED, onCpu);
        found.param("precision", PassParams.DTYPE, forbids);
        found.param("program", PassParams.PROGRAM, forbids);
        found.param("loss", PassParams.LOSS, forbids);
        TrainingParams.NAMES.forEach(name -> found.param(name, name, forbids));
        found.add("mode", Entry::mode, forbids);
        found.add("threads", entry -> Integer.toString(entry.threads()), forbids);
        found.field("JMH batch size", "measurementBatchSize", forbids);

        // If the device is recorded, cuda:0 or auto is only how it was chosen.
        found.param(
                "device parameter",
                PassParams.DEVICE,
                before.property(RunProperty.DEVICE).isEmpty());
        found.param("GEMM", PassParams.GEMM, false);
        found.properties(OnDifference.NOTED, false);
        found.field("JDK", "jdkVersion", false);
        found.field("VM", "vmName", false);
        found.field("JMH", "jmhVersion", false);
        found.field("iterations", "measurementIterations", false);
        found.field("time per iteration", "measurementTime", false);
        found.field("warm-up iterations", "warmupIterations", false);
        found.field("time per warm-up iteration", "warmupTime", false);
        return found.list;
    }

    /** The two values, {@code 2.7.1 -> 2.8.0}. */
    public String change() {
        return PlainText.of(before) + " -> " + PlainText.of(after);
    }

    @Override
    public String toString() {
        return what + ": " + change();
    }

    /** Collects the differences between two entries. */
    private static final class Differences {
        private final Entry before;
        private final Entry after;
        private final List<Difference> list = new ArrayList<>();

        Differences(Entry before, Entry after) {
            this.before = before;
            this.after = after;
        }

        void properties(OnDifference onDifference, boolean incomparable) {
            Stream.of(RunProperty.values())
                    .filter(property -> property.onDifference() == onDifference)
                    .forEach(property -> property(property, incomparable));
        }

        /** Older files do not record these; they are compared by the rest. */
        void propertiesThatBothRecord(OnDifference onDifference, boolean incomparable) {
            Stream.of(RunProperty.values())
                    .filter(property -> property.onDifference() == onDifference)
                    .filter(property -> Stream.of(before, after).allMatch(entry -> entry.property(property)
                            .filter(value -> !value.isEmpty())
                            .isPresent()))
                    .forEach(property -> property(property, incomparable));
        }

        /** A blank value says no more than none. */
        void property(RunProperty property, boolean incomparable) {
            add(
                    property.title(),
                    entry -> entry.property(property)
                            .filter(value -> !value.isBlank())
                            .orElse(ABSENT),
                    incomparable,
                    property == RunProperty.MEMORY ? Differences::gib : Function.identity());
        }

        /** {@code 79.6 GiB}, for a number of bytes. */
        private static String gib(String bytes) {
            return bytes.matches("[0-9]{1,18}")
                    ? String.format(Locale.ROOT, "%.1f GiB", Long.parseLong(bytes) / (double) (1L << 30))
                    : bytes;
        }

        /** Two unknown devices are not assumed to be the same, even if both are called "-" or unknown. */
        void device() {
            Optional<String> first = before.property(RunProperty.DEVICE);
            Optional<String> second = after.property(RunProperty.DEVICE);
            if (first.isPresent() && first.equals(second) && DeviceNames.isUnknown(first.get())) {
                String unknown = "unknown (\"" + first.get() + "\")";
                list.add(new Difference(
                        RunProperty.DEVICE.title(), unknown, unknown + ", possibly a different one", true));
            } else {
                add(
                        RunProperty.DEVICE.title(),
                        entry -> entry.property(RunProperty.DEVICE).orElse(ABSENT),
                        true);
            }
        }

        void param(String what, String name, boolean incomparable) {
            add(what, entry -> entry.params().getOrDefault(name, ABSENT), incomparable);
        }

        void field(String what, String name, boolean incomparable) {
            add(what, entry -> entry.field(name).orElse(ABSENT), incomparable);
        }

        void add(String what, Function<Entry, String> value, boolean incomparable) {
            add(what, value, incomparable, Function.identity());
        }

        void add(String what, Function<Entry, String> value, boolean incomparable, Function<String, String> inWords) {
            String first = value.apply(before);
            String second = value.apply(after);
            if (!first.equals(second)) {
                boolean alike = inWords.apply(first).equals(inWords.apply(second));
                list.add(new Difference(
                        what,
                        alike ? first : inWords.apply(first),
                        alike ? second : inWords.apply(second),
                        incomparable));
            }
        }
    }
}
