package org.mfujmh.profiler;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.mfujmh.bytes.DecodeBytes;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;

/**
 * The work of one invocation of a benchmark, from its parameters.
 *
 * @param pass the pass that it computes
 * @param sequences sequences per invocation
 * @param precision of weights and cache
 * @param tokens tokens per sequence; decoding: those in the cache before the step
 * @param microBatches batches of that many sequences
 */
record PassRun(Pass pass, String model, Precision precision, int sequences, int tokens, int microBatches) {

    private static final List<String> NEEDED = List.of(PassParams.MODEL, PassParams.BATCH_SIZE, PassParams.SEQ_LEN);

    /**
     * The work of a benchmark; empty if it is not a pass of a GPT, such as a single GEMM, an empty call or a foreign
     * benchmark.
     */
    static Optional<PassRun> of(BenchmarkParams params) {
        Map<String, String> values =
                params.getParamsKeys().stream().collect(Collectors.toMap(name -> name, params::getParam));
        return PassId.of(params.getBenchmark(), values)
                .filter(pass -> values.keySet().containsAll(NEEDED))
                .map(pass -> of(pass, PassParams.of(values)));
    }

    private static PassRun of(PassId pass, PassParams params) {
        int micros = pass == PassId.TRAIN_STEP ? params.training().accumulation() : 1;
        return new PassRun(
                Pass.of(pass),
                params.model(),
                Precision.of(params.dtype()),
                params.sequences(),
                params.seqLen(),
                micros);
    }

    /** The bytes of a decoding step; empty for other passes, which memory does not bound. */
    Optional<DecodeBytes> bytes() {
        return pass == Pass.DECODE
                ? Optional.of(new DecodeBytes(Models.named(model), sequences, tokens, precision))
                : Optional.empty();
    }

    /** New tokens of one invocation. */
    long tokensPerInvocation() {
        return pass == Pass.DECODE ? sequences : (long) microBatches * sequences * tokens;
    }

    /** Converts a primary score in any JMH mode to invocations per second. */
    static double invocationsPerSecond(BenchmarkParams params, Result<?> primary) {
        double unit = params.getTimeUnit().toNanos(1) / (double) TimeUnit.SECONDS.toNanos(1);
        return params.getMode() == Mode.Throughput
                ? primary.getScore() / unit
                : params.getThreads() / (primary.getScore() * unit);
    }
}
