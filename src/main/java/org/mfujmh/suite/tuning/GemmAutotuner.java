package org.mfujmh.suite.tuning;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mfujmh.model.Gemm;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.PassParams;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.SuitePlan;

/**
 * Resolves every {@code auto} of a plan: the device to the one that libtorch uses, {@code gemm} to the faster way to
 * multiply.
 */
public final class GemmAutotuner implements Tuner.Tunable<GemmTuningKey, Gemm> {
    /** Values of gemm that the plan requests explicitly; results with these do not answer {@code auto}. */
    private final Set<String> named;

    private GemmAutotuner(SuitePlan plan) {
        named = plan.combinations().stream()
                .flatMap(one -> Optional.ofNullable(one.params().get(PassParams.GEMM)).stream())
                .filter(gemm -> !gemm.equals(PassParams.AUTO))
                .collect(Collectors.toSet());
    }

    /**
     * A plan without {@code auto}.
     *
     * @param report one line for each {@code gemm=auto}: its value, and why
     */
    public record ResolvedPlan(SuitePlan plan, List<String> report) {}

    /** The keys that need a measurement, one for each kind of {@code gemm=auto}. */
    public static List<GemmTuningKey> questions(SuitePlan plan) {
        return plan.combinations().stream()
                .filter(GemmTuningKey::isAskedBy)
                .map(GemmTuningKey::of)
                .distinct()
                .toList();
    }

    /**
     * The plan without {@code auto} and without duplicate combinations.
     *
     * @param engine has the answers to the plan's questions
     * @param earlier results of the run being resumed
     * @param baseline results that this run is compared with
     */
    public static ResolvedPlan resolve(
            SuitePlan plan, EngineProbe.EngineInfo engine, List<Entry> earlier, List<Entry> baseline) {
        List<Combination> onDevice = plan.combinations().stream()
                .map(one -> one.params().containsKey(PassParams.DEVICE)
                        ? one.with(PassParams.DEVICE, engine.device())
                        : one)
                .toList();
        List<GemmTuningKey> keys = onDevice.stream()
                .filter(GemmTuningKey::isAskedBy)
                .map(GemmTuningKey::of)
                .toList();
        Tuner<GemmTuningKey, Gemm> tuner = Tuner.resolve(new GemmAutotuner(plan), keys, earlier, baseline, open -> {
            Map<GemmTuningKey, TuningAnswer> measured = new LinkedHashMap<>();
            open.forEach(key -> measured.put(key, engine.gemm().get(key.text())));
            return measured;
        });
        List<Combination> resolved = onDevice.stream()
                .map(one -> GemmTuningKey.isAskedBy(one)
                        ? one.with(
                                PassParams.GEMM,
                                tuner.answer(GemmTuningKey.of(one))
                                        .map(Gemm::label)
                                        .orElseThrow())
                        : one)
                .distinct()
                .toList();
        return new ResolvedPlan(new SuitePlan(resolved, plan.timings()), tuner.report());
    }

    @Override
    public Optional<Gemm> in(Entry entry, GemmTuningKey key) {
        return entry.pass().isPresent()
                        && GemmTuningKey.of(new Combination(entry.benchmark(), entry.params()))
                                .equals(key)
                ? Optional.ofNullable(entry.params().get(PassParams.GEMM))
                        .filter(gemm -> !named.contains(gemm))
                        .map(Gemm::of)
                : Optional.empty();
    }

    @Override
    public Gemm named(String label) {
        return Gemm.of(label);
    }

    @Override
    public String question(GemmTuningKey key) {
        return key.question();
    }

    @Override
    public String inWords(GemmTuningKey key, Gemm gemm) {
        return gemm.label();
    }

    @Override
    public String describe(GemmTuningKey key, TuningAnswer measured) {
        String each = measured.seconds().entrySet().stream()
                .map(one -> one.getKey() + " " + threeDigits(GemmTuningKey.flopsPerSecond(one.getValue()) / 1e9))
                .collect(Collectors.joining(", "));
        return measured.label() + (each.isEmpty() ? " (the only way)" : " (measured: " + each + " GFLOP/s)");
    }

    private static String threeDigits(double gflops) {
        return new BigDecimal(gflops).round(new MathContext(3)).toPlainString();
    }

    @Override
    public String unanswered(GemmTuningKey key) {
        return "the faster way to multiply could not be measured";
    }
}
