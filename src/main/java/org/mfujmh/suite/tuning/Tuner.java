package org.mfujmh.suite.tuning;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.mfujmh.BadInput;
import org.mfujmh.results.Entry;

/**
 * Chooses between alternatives that give the same results, such as two backends, once for all forks of a run. If forks
 * chose for themselves, they could choose differently, and one sample would mix two programs.
 *
 * <p>An answer comes from the file being resumed, otherwise from the baseline, otherwise from a measurement. A second
 * measurement may come out differently if two alternatives are about equally fast; with a different choice than the
 * baseline's, the run would compare different programs and report a change that no one made.
 *
 * @param <K> the key; equal keys have one answer
 * @param <A> the alternatives
 */
public final class Tuner<K, A> {

    /** What is tuned, and how it is reported. */
    public interface Tunable<K, A> {
        /** The alternative with which a result was measured; empty if the result does not answer the key. */
        Optional<A> in(Entry entry, K key);

        A named(String label);

        /** The start of a report line, e.g. {@code Backend of fused, forward of gpt-small ...}. */
        String question(K key);

        /** The alternative, for people. */
        String inWords(K key, A answer);

        /** The chosen alternative with the measured times of all, for people. */
        String describe(K key, TuningAnswer measured);

        /** The consequence of a failed measurement, as a sentence without the reason. */
        String unanswered(K key);
    }

    private final Tunable<K, A> subject;
    private final Map<K, A> answers = new LinkedHashMap<>();
    private final List<String> report = new ArrayList<>();

    private Tuner(Tunable<K, A> subject) {
        this.subject = subject;
    }

    /**
     * Answers all keys.
     *
     * @param earlier results of the run being resumed
     * @param baseline results that this run is compared with
     * @param machine measures the keys that the results do not answer; may throw {@link BadInput}, which is reported
     */
    public static <K, A> Tuner<K, A> resolve(
            Tunable<K, A> subject,
            Collection<K> keys,
            List<Entry> earlier,
            List<Entry> baseline,
            Function<List<K>, Map<K, TuningAnswer>> machine) {
        Tuner<K, A> tuner = new Tuner<>(subject);
        List<K> open = keys.stream()
                .distinct()
                .filter(key -> !tuner.takes(key, earlier, "from the file being resumed")
                        && !tuner.takes(key, baseline, "from the baseline, so that the results are comparable"))
                .toList();
        if (!open.isEmpty()) {
            tuner.measure(open, machine);
        }
        return tuner;
    }

    private boolean takes(K key, List<Entry> results, String why) {
        Optional<A> known = results.stream()
                .flatMap(entry -> subject.in(entry, key).stream())
                .findFirst();
        known.ifPresent(answer -> {
            answers.put(key, answer);
            report.add(subject.question(key) + ": " + subject.inWords(key, answer) + ", " + why);
        });
        return known.isPresent();
    }

    private void measure(List<K> open, Function<List<K>, Map<K, TuningAnswer>> machine) {
        try {
            machine.apply(open).forEach((key, measured) -> {
                answers.put(key, subject.named(measured.label()));
                report.add(subject.question(key) + ": " + subject.describe(key, measured));
            });
        } catch (BadInput notMeasured) {
            report.add("Note: " + subject.unanswered(open.get(0)) + ": " + notMeasured.getMessage());
        }
    }

    /** The answer for a key; empty if there is no such key, or it could not be measured. */
    public Optional<A> answer(K key) {
        return Optional.ofNullable(answers.get(key));
    }

    /** One line for each answer, with the reason. */
    public List<String> report() {
        return List.copyOf(report);
    }
}
