package org.mfujmh.suite.tuning;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mfujmh.model.RowProduct;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.suite.plan.Combination;

/**
 * Chooses how decoding steps multiply their rows on a CPU. The choice is passed to every fork as a
 * property, so that it is recorded with the result.
 */
public final class RowProductAutotuner implements Tuner.Tunable<RowProductTuningKey, RowProduct> {
    private final Tuner<RowProductTuningKey, RowProduct> tuner;

    private RowProductAutotuner(
            List<Combination> combinations,
            List<Entry> earlier,
            List<Entry> baseline,
            Function<List<RowProductTuningKey>, Map<RowProductTuningKey, TuningAnswer>> machine) {
        List<RowProductTuningKey> keys = combinations.stream()
                .filter(RowProductTuningKey::isAskedBy)
                .map(RowProductTuningKey::of)
                .toList();
        tuner = Tuner.resolve(this, keys, earlier, baseline, machine);
    }

    /**
     * Resolves the product of every combination that has a choice.
     *
     * @param combinations with device, gemm and batch resolved
     * @param earlier results of the run being resumed
     * @param baseline results that this run is compared with
     * @param machine measures the rest
     */
    public static RowProductAutotuner resolve(
            List<Combination> combinations,
            List<Entry> earlier,
            List<Entry> baseline,
            Function<List<RowProductTuningKey>, Map<RowProductTuningKey, TuningAnswer>> machine) {
        return new RowProductAutotuner(combinations, earlier, baseline, machine);
    }

    /** The properties for the forks of a combination; empty if there is nothing to choose. */
    public Map<String, String> properties(Combination one) {
        return RowProductTuningKey.isAskedBy(one)
                ? tuner.answer(RowProductTuningKey.of(one))
                        .map(way -> Map.of(RunProperty.ROW_PRODUCT.key(), way.label()))
                        .orElse(Map.of())
                : Map.of();
    }

    /** One line for each choice, with the reason. */
    public List<String> report() {
        return tuner.report();
    }

    @Override
    public Optional<RowProduct> in(Entry entry, RowProductTuningKey key) {
        Combination one = new Combination(entry.benchmark(), entry.params());
        return RowProductTuningKey.isAskedBy(one) && RowProductTuningKey.of(one).equals(key)
                ? entry.property(RunProperty.ROW_PRODUCT)
                        .filter(way -> !way.isEmpty())
                        .map(RowProduct::of)
                : Optional.empty();
    }

    @Override
    public RowProduct named(String label) {
        return RowProduct.of(label);
    }

    @Override
    public String question(RowProductTuningKey key) {
        return key.question();
    }

    @Override
    public String inWords(RowProduct way) {
        return "as " + (way == RowProduct.INNER_PRODUCT ? "an " : way == RowProduct.TRANSPOSED ? "" : "a ")
                + way.label().replace('-', ' ');
    }

    @Override
    public String describe(TuningAnswer measured) {
        String each = measured.seconds().entrySet().stream()
                .map(one -> String.format(Locale.ROOT, "%s %,.1f ms", one.getKey(), 1e3 * one.getValue()))
                .collect(Collectors.joining(", "));
        return inWords(named(measured.label())) + " (measured with all matrices: " + each + ")";
    }

    @Override
    public String unanswered() {
        return "the fastest product of rows could not be measured, so each fork chooses for itself, and they may choose"
                + " differently";
    }
}
