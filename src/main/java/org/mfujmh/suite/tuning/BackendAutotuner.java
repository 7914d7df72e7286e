package org.mfujmh.suite.tuning;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mfujmh.model.Backend;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.suite.plan.Combination;

/**
 * Chooses the backend of each fused pass. The choice is passed to every fork as a property, so that it is recorded with
 * the result.
 */
public final class BackendAutotuner implements Tuner.Tunable<BackendTuningKey, Backend> {
    private final Tuner<BackendTuningKey, Backend> tuner;

    /** The backend that this process was asked for by {@link RunProperty#BACKEND}, instead of the fastest. */
    private final Optional<Backend> asked = RunProperty.BACKEND
            .ofThisProcess()
            .filter(label -> !label.isEmpty())
            .map(Backend::of);

    private BackendAutotuner(
            List<Combination> combinations,
            List<Entry> earlier,
            List<Entry> baseline,
            Function<List<BackendTuningKey>, Map<BackendTuningKey, TuningAnswer>> machine) {
        List<BackendTuningKey> keys = combinations.stream()
                .filter(one -> BackendTuningKey.isAskedBy(one) && asked(one).isEmpty())
                .map(BackendTuningKey::of)
                .toList();
        tuner = Tuner.resolve(this, keys, earlier, baseline, machine);
    }

    /**
     * Resolves the backend of every combination that leaves it open.
     *
     * @param combinations with device, gemm and batch resolved
     * @param earlier results of the run being resumed
     * @param baseline results that this run is compared with
     * @param machine measures the rest
     */
    public static BackendAutotuner resolve(
            List<Combination> combinations,
            List<Entry> earlier,
            List<Entry> baseline,
            Function<List<BackendTuningKey>, Map<BackendTuningKey, TuningAnswer>> machine) {
        return new BackendAutotuner(combinations, earlier, baseline, machine);
    }

    /** The requested backend, if the combination can run it. */
    private Optional<Backend> asked(Combination one) {
        return asked.filter(backend -> BackendTuningKey.candidates(one).contains(backend));
    }

    /** The properties for the forks of a combination; empty if there is nothing to choose. */
    public Map<String, String> properties(Combination one) {
        return BackendTuningKey.isAskedBy(one)
                ? asked(one)
                        .or(() -> tuner.answer(BackendTuningKey.of(one)))
                        .map(backend -> Map.of(RunProperty.BACKEND.key(), backend.label()))
                        .orElse(Map.of())
                : Map.of();
    }

    /** One line for each backend, with the reason. */
    public List<String> report() {
        return tuner.report();
    }

    @Override
    public Optional<Backend> in(Entry entry, BackendTuningKey key) {
        Combination one = new Combination(entry.benchmark(), entry.params());
        return BackendTuningKey.isAskedBy(one) && BackendTuningKey.of(one).equals(key)
                ? entry.property(RunProperty.BACKEND)
                        .filter(backend -> !backend.isEmpty())
                        .map(Backend::of)
                : Optional.empty();
    }

    @Override
    public Backend named(String label) {
        return Backend.of(label);
    }

    @Override
    public String question(BackendTuningKey key) {
        return key.question();
    }

    @Override
    public String inWords(Backend backend) {
        return backend.inWords();
    }

    @Override
    public String describe(TuningAnswer measured) {
        String each = measured.seconds().entrySet().stream()
                .map(one -> String.format(
                        Locale.ROOT, "%s %,.1f ms", Backend.of(one.getKey()).inWords(), 1e3 * one.getValue()))
                .collect(Collectors.joining(", "));
        return Backend.of(measured.label()).inWords()
                + (each.isEmpty() ? " (the only one)" : " (measured with two layers: " + each + ")");
    }

    @Override
    public String unanswered() {
        return "the faster backend of fused could not be measured, so each fork chooses for itself, and they may "
                + "choose differently";
    }
}
