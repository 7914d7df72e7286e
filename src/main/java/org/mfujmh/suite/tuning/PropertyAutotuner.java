package org.mfujmh.suite.tuning;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.suite.plan.Combination;

/**
 * Chooses how forks compute where there are several ways: the answers to all {@link TuningKey}s. A choice is passed to
 * every fork as a property, so that it is recorded with the result.
 */
public final class PropertyAutotuner implements Tuner.Tunable<TuningKey, String> {
    /** By property, since a build that is too old for one may know the other; one more where batches were found. */
    private final Map<RunProperty, List<Tuner<TuningKey, String>>> tuners = new LinkedHashMap<>();

    /** Keys that were asked for, answered or not: what failed once is not measured again. */
    private final Set<TuningKey> tried = new HashSet<>();

    private final List<Entry> earlier;
    private final List<Entry> baseline;
    private final Function<List<TuningKey>, Map<TuningKey, TuningAnswer>> machine;

    private PropertyAutotuner(
            List<Entry> earlier,
            List<Entry> baseline,
            Function<List<TuningKey>, Map<TuningKey, TuningAnswer>> machine) {
        this.earlier = earlier;
        this.baseline = baseline;
        this.machine = machine;
    }

    /**
     * Resolves what the combinations leave open and this process does not name by a property of its own. A batch of
     * {@code max} is taken for a large one, since the backend decides which it is.
     *
     * @param combinations with device and gemm resolved
     * @param earlier results of the run being resumed
     * @param baseline results that this run is compared with
     * @param machine measures the rest
     */
    public static PropertyAutotuner resolve(
            List<Combination> combinations,
            List<Entry> earlier,
            List<Entry> baseline,
            Function<List<TuningKey>, Map<TuningKey, TuningAnswer>> machine) {
        PropertyAutotuner autotuner = new PropertyAutotuner(earlier, baseline, machine);
        autotuner.resolveRest(combinations);
        return autotuner;
    }

    /** Resolves what was open until {@code max} was a number; see {@link #resolve}. */
    public void resolveRest(List<Combination> combinations) {
        combinations.stream()
                .flatMap(one -> TuningKey.of(one).stream())
                .filter(key -> asked(key).isEmpty() && sameAs(key).noneMatch(tried::contains))
                .collect(Collectors.groupingBy(TuningKey::property, LinkedHashMap::new, Collectors.toList()))
                .forEach((property, keys) -> {
                    tried.addAll(keys);
                    tuners.computeIfAbsent(property, any -> new ArrayList<>())
                            .add(Tuner.resolve(this, keys, earlier, baseline, machine));
                });
    }

    /** The key, and of a batch that was found that by which it was found. */
    private static Stream<TuningKey> sameAs(TuningKey key) {
        return key instanceof BackendTuningKey backend ? Stream.of(key, backend.ofManySequences()) : Stream.of(key);
    }

    private Optional<String> answer(TuningKey key) {
        return sameAs(key)
                .flatMap(one -> tuners.getOrDefault(key.property(), List.of()).stream()
                        .flatMap(tuner -> tuner.answer(one).stream()))
                .findFirst();
    }

    /** The way that this process was asked for, if it is one of the key's. */
    private static Optional<String> asked(TuningKey key) {
        return key.property().ofThisProcess().filter(key.ways()::contains);
    }

    /** The properties for the forks of a combination; empty if there is nothing to choose. */
    public Map<String, String> properties(Combination one) {
        return TuningKey.of(one)
                .flatMap(key -> asked(key)
                        .or(() -> answer(key))
                        .map(way -> Map.of(key.property().key(), way)))
                .orElse(Map.of());
    }

    /** One line for each choice, with the reason. */
    public List<String> report() {
        return tuners.values().stream()
                .flatMap(List::stream)
                .flatMap(tuner -> tuner.report().stream())
                .toList();
    }

    @Override
    public Optional<String> in(Entry entry, TuningKey key) {
        return TuningKey.of(new Combination(entry.benchmark(), entry.params()))
                .filter(key::equals)
                .flatMap(same -> entry.property(key.property()))
                .filter(way -> !way.isEmpty());
    }

    @Override
    public String named(String label) {
        return label;
    }

    @Override
    public String question(TuningKey key) {
        return key.question();
    }

    @Override
    public String inWords(TuningKey key, String way) {
        return key.inWords(way);
    }

    @Override
    public String describe(TuningKey key, TuningAnswer measured) {
        String each = measured.seconds().entrySet().stream()
                .map(one -> String.format(Locale.ROOT, "%s %,.1f ms", key.inWords(one.getKey()), 1e3 * one.getValue()))
                .collect(Collectors.joining(", "));
        return key.inWords(measured.label())
                + (each.isEmpty()
                        ? " (the only one)"
                        : " (measured with " + key.timed() + ": " + each
                                + (measured.isShortest()
                                        ? ""
                                        : String.format(
                                                Locale.ROOT,
                                                "; no other was %.0f %% faster in every round, so the default stays",
                                                100 * (key.margin() - 1)))
                                + ")");
    }

    @Override
    public String unanswered(TuningKey key) {
        return "the fastest " + key.property().title()
                + " could not be measured, so each fork chooses for itself, and they " + "may choose differently";
    }
}
