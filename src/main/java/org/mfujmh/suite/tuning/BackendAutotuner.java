package org.mfujmh.suite.tuning;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.mfujmh.BadInput;
import org.mfujmh.model.Backend;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.suite.plan.Combination;

/**
 * Chooses the backend of each fused pass once, before the first fork. A property tells every fork, so the choice is
 * recorded with the result. Forks that chose for themselves could choose differently, and one sample would then mix two
 * programs.
 */
public final class BackendAutotuner {
    private final Map<BackendTuningKey, String> backends = new HashMap<>();
    private final List<String> report = new ArrayList<>();

    private BackendAutotuner() {}

    /**
     * Finds the backend of every combination that leaves it open.
     *
     * @param combinations with their devices, ways to multiply and batches settled
     * @param earlier results that this run goes on with: the form that they were measured in stays, since a second
     *     measurement may come out otherwise where both are about as fast
     * @param baseline results that this run is held against: in another form it would be another program, and a slower
     *     build or a faster one nobody made
     * @param machine measures the answers to the questions that are left
     */
    public static BackendAutotuner resolve(
            List<Combination> combinations,
            List<Entry> earlier,
            List<Entry> baseline,
            Function<List<BackendTuningKey>, Map<BackendTuningKey, BackendTuningKey.BackendTiming>> machine) {
        BackendAutotuner resolved = new BackendAutotuner();
        List<BackendTuningKey> open = new ArrayList<>();
        combinations.stream()
                .filter(BackendTuningKey::isAskedBy)
                .map(BackendTuningKey::of)
                .distinct()
                .filter(question -> !resolved.kept(question, earlier, "as in the file that this goes on with")
                        && !resolved.kept(question, baseline, "the baseline's, so that the two can be compared"))
                .forEach(open::add);
        if (!open.isEmpty()) {
            resolved.measure(open, machine);
        }
        return resolved;
    }

    private static Optional<Backend> before(BackendTuningKey question, List<Entry> earlier) {
        return earlier.stream()
                .filter(question::isAskedBy)
                .flatMap(entry -> entry.property(RunProperty.BACKEND).stream())
                .filter(backend -> !backend.isEmpty())
                .map(Backend::of)
                .findFirst();
    }

    private boolean kept(BackendTuningKey question, List<Entry> before, String why) {
        Optional<Backend> known = before(question, before);
        known.ifPresent(backend -> {
            backends.put(question, backend.label());
            report.add("Backend of fused, " + question.inWords() + ": " + backend.inWords() + ", " + why);
        });
        return known.isPresent();
    }

    private void measure(
            List<BackendTuningKey> open,
            Function<List<BackendTuningKey>, Map<BackendTuningKey, BackendTuningKey.BackendTiming>> machine) {
        try {
            machine.apply(open).forEach((question, answer) -> {
                backends.put(question, answer.backend());
                report.add("Backend of fused, " + question.inWords() + ": " + answer.describe());
            });
        } catch (BadInput notMeasured) {
            report.add(
                    "Note: which backend of fused is faster could not be measured, so each fork decides for itself, and may"
                            + " decide otherwise: " + notMeasured.getMessage());
        }
    }

    /** What forks of that combination have to be told; nothing where there is nothing to choose. */
    public Map<String, String> properties(Combination one) {
        return BackendTuningKey.isAskedBy(one)
                ? Optional.ofNullable(backends.get(BackendTuningKey.of(one)))
                        .map(backend -> Map.of(RunProperty.BACKEND.key(), backend))
                        .orElse(Map.of())
                : Map.of();
    }

    /** A line for each backend: which, and why. */
    public List<String> report() {
        return report;
    }
}
