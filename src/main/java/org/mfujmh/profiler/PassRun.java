package org.mfujmh.profiler;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.mfujmh.model.Pass;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;

/**
 * What a benchmark of this suite does in one invocation, read from its parameters.
 *
 * @param pass what it computes
 * @param sequences of one invocation
 * @param tokens of one sequence
 */
record PassRun(Pass pass, String model, int sequences, int tokens) {

    private static final List<String> NEEDED = List.of(PassParams.MODEL, PassParams.BATCH_SIZE, PassParams.SEQ_LEN);

    /** Nothing where the benchmark is not a pass of a GPT: a single product, an empty call, or a stranger. */
    static Optional<PassRun> of(BenchmarkParams params) {
        Map<String, String> values =
                params.getParamsKeys().stream().collect(Collectors.toMap(name -> name, params::getParam));
        return PassId.of(params.getBenchmark(), values)
                .filter(pass -> values.keySet().containsAll(NEEDED))
                .map(pass -> of(pass, PassParams.of(values)));
    }

    private static PassRun of(PassId pass, PassParams params) {
        return new PassRun(Pass.of(pass), params.model(), params.sequences(), params.seqLen());
    }

    /** Tokens of one invocation. */
    long tokensPerInvocation() {
        return (long) sequences * tokens;
    }

    /** Invocations per second of a primary score, whatever JMH's mode. */
    static double invocationsPerSecond(BenchmarkParams params, Result<?> primary) {
        double unit = params.getTimeUnit().toNanos(1) / (double) TimeUnit.SECONDS.toNanos(1);
        return params.getMode() == Mode.Throughput
                ? primary.getScore() / unit
                : params.getThreads() / (primary.getScore() * unit);
    }
}
