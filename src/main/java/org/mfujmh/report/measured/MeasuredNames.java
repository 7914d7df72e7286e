package org.mfujmh.report.measured;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.compare.Plausibility;
import org.mfujmh.results.DeviceTitles;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.TrainingParams;

/**
 * Names the entries of several files by what is measured and the conditions that differ:
 * {@code gpt-small, batch 4, forward, NVIDIA H200, bf16 fused}. What matters most stands first, since charts cut off the
 * end of a long name.
 */
public final class MeasuredNames {
    private static final Set<String> IN_WORDS = Set.of(
            PassParams.MODEL,
            PassParams.BATCH_SIZE,
            PassParams.SEQ_LEN,
            PassParams.LOGITS, // the pass says it
            PassParams.DTYPE,
            PassParams.PROGRAM,
            PassParams.GEMM,
            PassParams.LOSS,
            TrainingParams.OPTIMIZER,
            TrainingParams.ACCUMULATION,
            TrainingParams.CHECKPOINT,
            TrainingParams.WEIGHTS,
            TrainingParams.CLIP);
    /** Stands for the parameters that {@link Measured#how} combines. */
    private static final String HOW = "how";

    private static final int LONGEST = 90;
    private static final int AT_THE_END = 20;
    /** Of the letters of a way: with fewer it says nothing. */
    private static final int FEWEST = 8;

    private MeasuredNames() {}

    /**
     * @param files entries by file name, in order
     * @return all entries, each with a unique name
     */
    public static List<Measured> of(Map<String, List<Entry>> files) {
        List<Measured> nameless = new ArrayList<>();
        DeviceTitles devices =
                new DeviceTitles(files.values().stream().flatMap(List::stream).toList());
        files.forEach((file, entries) -> {
            Plausibility plausibility = new Plausibility(entries);
            for (int i = 0; i < entries.size(); i++) {
                nameless.add(new Measured(
                        file,
                        i + 1,
                        devices.of(entries.get(i)).orElse(Measured.UNKNOWN),
                        "",
                        "",
                        "",
                        entries.get(i),
                        plausibility.finding(entries.get(i), MetricId.MFU),
                        new MetricReadings(entries.get(i))));
            }
        });
        Set<String> differing = differing(nameless);
        boolean manyDevices = nameless.stream().map(Measured::device).distinct().count() > 1;
        List<String> works = nameless.stream().map(one -> work(one, differing)).toList();
        List<String> ways = nameless.stream().map(one -> way(one, differing)).toList();
        List<String> subjects = new ArrayList<>();
        for (int i = 0; i < works.size(); i++) {
            subjects.add(cut(joined(works.get(i), nameless.get(i).passName()), ways.get(i)));
        }
        Map<String, Long> shared =
                subjects.stream().collect(Collectors.groupingBy(name -> name, Collectors.counting()));
        List<Measured> named = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < subjects.size(); i++) {
            Measured one = nameless.get(i);
            String where = manyDevices && one.isDeviceKnown() ? one.device() : one.file();
            String name = shared.get(subjects.get(i)) > 1
                    ? cut(joined(works.get(i), one.passName(), where), ways.get(i))
                    : subjects.get(i);
            if (!taken.add(name)) {
                name = name + " (" + one.origin() + ")";
                taken.add(name);
            }
            named.add(new Measured(
                    one.file(),
                    one.number(),
                    one.device(),
                    cut(works.get(i), ways.get(i)),
                    subjects.get(i),
                    name,
                    one.entry(),
                    one.finding(),
                    one.readings()));
        }
        return List.copyOf(named);
    }

    private static String joined(String... parts) {
        return Stream.of(parts).filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
    }

    /** A long name: first the way is shortened, in its middle, since what tells it apart may stand at its end. */
    private static String cut(String what, String way) {
        String name = joined(what, way);
        int excess = name.length() - LONGEST;
        return excess <= 0 || way.length() - excess < FEWEST
                ? middle(name, LONGEST)
                : joined(what, middle(way, way.length() - excess));
    }

    private static String middle(String text, int most) {
        int end = Math.min(AT_THE_END, most / 2);
        return text.length() > most
                ? text.substring(0, most - end - 1) + "\u2026" + text.substring(text.length() - end)
                : text;
    }

    private static Set<String> differing(List<Measured> all) {
        Set<String> keys = new TreeSet<>();
        all.forEach(one -> keys.addAll(one.entry().params().keySet()));
        keys.removeIf(key -> all.stream().map(one -> one.param(key)).distinct().count() < 2);
        if (all.stream().map(Measured::how).distinct().count() > 1) {
            keys.add(HOW);
        }
        return keys;
    }

    /** The model and its sizes: {@code gpt-small, batch 4, 1024 tokens}. */
    private static String work(Measured one, Set<String> differing) {
        String tokens = one.param(PassParams.SEQ_LEN);
        return joined(
                one.model(),
                one.param(PassParams.BATCH_SIZE).isEmpty()
                        ? ""
                        : "batch " + TrainingParams.batch(one.entry().params()),
                differing.contains(PassParams.SEQ_LEN) && !tokens.isEmpty() ? tokens + " tokens" : "");
    }

    /** How it is done: {@code bf16 fused}, and every other parameter that differs. */
    private static String way(Measured one, Set<String> differing) {
        List<String> parts = new ArrayList<>();
        parts.add(differing.contains(HOW) ? one.how() : "");
        one.entry().params().forEach((key, value) -> {
            // cuda:0 is only how a device was chosen that has a name.
            boolean said = IN_WORDS.contains(key) || (key.equals(PassParams.DEVICE) && one.isDeviceKnown());
            if (differing.contains(key) && !said) {
                parts.add(key + "=" + value);
            }
        });
        return joined(parts.toArray(String[]::new));
    }
}
