package org.mfujmh.profiler;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.mfujmh.gpt.Pass;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;

/**
 * What a benchmark of this suite does in one invocation, read from its parameters.
 *
 * @param pass by the benchmark's name
 * @param model by the parameter {@code model}
 * @param sequences by the parameter {@code batchSize}
 * @param tokens of one sequence, by the parameter {@code seqLen}
 */
record PassRun(Pass pass, String model, int sequences, int tokens) {

    /** Nothing where the benchmark is not a pass of a GPT: a single product, an empty call, or a stranger. */
    static Optional<PassRun> of(BenchmarkParams params) {
        return pass(params.getBenchmark())
                .filter(pass -> params.getParamsKeys().containsAll(List.of("model", "batchSize", "seqLen")))
                .map(pass -> new PassRun(
                        pass,
                        params.getParam("model"),
                        Integer.parseInt(params.getParam("batchSize")),
                        Integer.parseInt(params.getParam("seqLen"))));
    }

    private static Optional<Pass> pass(String benchmark) {
        if ((benchmark.startsWith("org.mfujmh.bench.") && benchmark.endsWith(".forward"))
                || benchmark.endsWith(".ForwardRecordingBenchmark.recordingForward")) {
            return Optional.of(Pass.FORWARD);
        }
        if (benchmark.endsWith(".ForwardBackwardBenchmark.forwardBackward")) {
            return Optional.of(Pass.FORWARD_BACKWARD);
        }
        return Optional.empty();
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
