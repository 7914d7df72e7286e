package org.mfujmh.suite.tuning;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.PassParams;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.SuitePlan;

/**
 * Replaces every {@code auto} of a plan: the device by the one that libtorch uses, {@code gemm} by the faster way to
 * multiply. Results that a run goes on with keep the way that they were measured by, since a second measurement may
 * come out otherwise where both ways are about as fast.
 */
public final class GemmAutotuner {
    private GemmAutotuner() {}

    /** The questions that only a measurement can answer: one for each kind of {@code gemm=auto}. */
    public static List<GemmTuningKey> questions(SuitePlan plan) {
        return plan.combinations().stream()
                .filter(GemmTuningKey::isAskedBy)
                .map(GemmTuningKey::of)
                .distinct()
                .toList();
    }

    /**
     * The plan without {@code auto}, and with no combination twice.
     *
     * @param earlier results that this run goes on with
     */
    public static SuitePlan resolve(SuitePlan plan, EngineProbe.EngineInfo engine, List<Entry> earlier) {
        return new SuitePlan(
                plan.combinations().stream()
                        .map(one -> one.params().containsKey(PassParams.DEVICE)
                                ? one.with(PassParams.DEVICE, engine.device())
                                : one)
                        .map(one -> GemmTuningKey.isAskedBy(one)
                                ? one.with(PassParams.GEMM, gemm(plan, one, engine, earlier))
                                : one)
                        .distinct()
                        .toList(),
                plan.timings());
    }

    private static String gemm(SuitePlan plan, Combination asked, EngineProbe.EngineInfo engine, List<Entry> earlier) {
        GemmTuningKey question = GemmTuningKey.of(asked);
        String measured = engine.gemm().get(question.text()).gemm();
        Set<String> named = plan.combinations().stream()
                .map(one -> one.param(PassParams.GEMM, ""))
                .collect(Collectors.toSet());
        List<String> before = ways(
                        earlier.stream().map(entry -> new Combination(entry.benchmark(), entry.params())),
                        question,
                        measured)
                .filter(gemm -> !named.contains(gemm))
                .toList();
        return before.isEmpty() || before.contains(measured) ? measured : before.get(0);
    }

    /**
     * A line for each {@code gemm=auto}: what it stands for in this plan, and why.
     *
     * @param plan as {@link #resolve} left it
     * @param engine whose answers resolved it
     */
    public static List<String> report(SuitePlan plan, EngineProbe.EngineInfo engine) {
        return engine.gemm().entrySet().stream()
                .map(asked -> "gemm=auto for " + asked.getKey().replace(':', ' ') + " tokens: "
                        + asked.getValue().describe()
                        + keptInstead(plan, asked.getKey(), asked.getValue().gemm()))
                .toList();
    }

    private static String keptInstead(SuitePlan plan, String question, String measured) {
        List<String> ways = ways(plan.combinations().stream(), GemmTuningKey.parse(question), measured)
                .toList();
        return ways.isEmpty() || ways.contains(measured)
                ? ""
                : "; but " + ways.get(0) + ", as in the file that this goes on with";
    }

    /** How passes to which this question applies multiply; where none is named, as measured. */
    private static Stream<String> ways(Stream<Combination> some, GemmTuningKey question, String measured) {
        return some.filter(Combination::isPass)
                .filter(one -> GemmTuningKey.of(one).equals(question))
                .map(one -> one.param(PassParams.GEMM, measured))
                .distinct();
    }
}
