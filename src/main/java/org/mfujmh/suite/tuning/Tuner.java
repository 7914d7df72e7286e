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
 * Chooses between ways that give the same results, such as two backends, once for all forks of a run: forks that chose
 * for themselves could choose differently, and one sample would then mix two programs.
 *
 * <p>One rule: an answer is taken from the file that the run goes on with, else from the baseline that it is held
 * against, else from the machine, which measures. A second measurement may come out differently where two ways are
 * about as fast; in another way than the baseline's, the run would be another program, and a slower build or a faster
 * one that nobody made.
 *
 * @param <K> what is asked; equal keys have one answer
 * @param <A> the ways
 */
public final class Tuner<K, A> {

    /** What is tuned, and how it is said. */
    public interface Tunable<K, A> {
        /** The way in which a result was measured; empty where it says nothing of that key. */
        Optional<A> in(Entry entry, K key);

        A named(String label);

        /** Begins a line, e.g. {@code Backend of fused, forward of gpt-small ...}. */
        String question(K key);

        /** The way in words. */
        String inWords(A answer);

        /** The way in words, with what each way was measured to take. */
        String describe(TuningAnswer measured);

        /** What follows from a measurement that failed, as a sentence that ends before the reason. */
        String unanswered();
    }

    private final Tunable<K, A> subject;
    private final Map<K, A> answers = new LinkedHashMap<>();
    private final List<String> report = new ArrayList<>();

    private Tuner(Tunable<K, A> subject) {
        this.subject = subject;
    }

    /**
     * Answers every key.
     *
     * @param earlier results that this run goes on with
     * @param baseline results that this run is held against
     * @param machine measures what the results do not answer; may throw {@link BadInput}, which is reported
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
                .filter(key -> !tuner.takes(key, earlier, "as in the file that this goes on with")
                        && !tuner.takes(key, baseline, "the baseline's, so that the two can be compared"))
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
            report.add(subject.question(key) + ": " + subject.inWords(answer) + ", " + why);
        });
        return known.isPresent();
    }

    private void measure(List<K> open, Function<List<K>, Map<K, TuningAnswer>> machine) {
        try {
            machine.apply(open).forEach((key, measured) -> {
                answers.put(key, subject.named(measured.label()));
                report.add(subject.question(key) + ": " + subject.describe(measured));
            });
        } catch (BadInput notMeasured) {
            report.add("Note: " + subject.unanswered() + ": " + notMeasured.getMessage());
        }
    }

    /** Empty where it was not asked, or could not be measured. */
    public Optional<A> answer(K key) {
        return Optional.ofNullable(answers.get(key));
    }

    /** A line for each answer: which, and why. */
    public List<String> report() {
        return List.copyOf(report);
    }
}
