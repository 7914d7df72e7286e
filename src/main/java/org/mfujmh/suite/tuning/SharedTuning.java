package org.mfujmh.suite.tuning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One answer for two sides that are compared, such as two versions of PyTorch: the first side's. If each side ran its
 * own fastest, the comparison would mix two programs, and two answers can differ by chance.
 *
 * @param <K> what is asked
 */
public final class SharedTuning<K> {
    private final Map<K, TuningAnswer> answers = new LinkedHashMap<>();
    private final Map<K, String> differences = new LinkedHashMap<>();

    private SharedTuning() {}

    /**
     * @param first answers of the side that decides
     * @param second answers of the other side to the same questions
     */
    public static <K> SharedTuning<K> of(
            Map<K, TuningAnswer> first, Map<K, TuningAnswer> second, String nameOfFirst, String nameOfSecond) {
        SharedTuning<K> shared = new SharedTuning<>();
        first.forEach((key, answer) -> {
            TuningAnswer other = second.getOrDefault(key, answer);
            TuningAnswer common = answer.onlyWays(other.seconds().keySet());
            shared.answers.put(key, common);
            if (!common.label().equals(answer.label())) {
                shared.differences.put(
                        key,
                        answer.label() + " is faster in " + nameOfFirst + " and does not run in " + nameOfSecond
                                + ", so both run " + common.label());
            } else if (!other.label().equals(answer.label())) {
                shared.differences.put(
                        key,
                        "both run " + answer.label() + ", which is faster in " + nameOfFirst + "; in " + nameOfSecond
                                + " it is " + other.label());
            }
        });
        return shared;
    }

    /** One answer for both sides, by question. */
    public Map<K, TuningAnswer> answers() {
        return answers;
    }

    /** A sentence for each question that the two sides answer differently. */
    public List<String> notes(Function<K, String> inWords) {
        List<String> notes = new ArrayList<>();
        differences.forEach((key, difference) -> notes.add("Note: " + inWords.apply(key) + ": " + difference + "."));
        return notes;
    }
}
