package org.mfujmh.profiler;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.mfujmh.model.Pass;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;

/**
 * What a benchmark of this suite does in one invocation, read from its parameters.
 *
 * @param pass by the benchmark's name, or by the parameter {@code measuredAs}
 * @param model by the parameter {@code model}
 * @param sequences by the parameter {@code batchSize}
 * @param tokens of one sequence, by the parameter {@code seqLen}
 */
record PassRun(Pass pass, String model, int sequences, int tokens) {

    /** The parameter by which a benchmark that is not of the suite, a test's, asks to be taken for a pass. */
    static final String MEASURED_AS = "measuredAs";

    private static final Map<String, Pass> OURS = Map.of(
            "org.mfujmh.bench.ForwardBenchmark.forward", Pass.FORWARD,
            "org.mfujmh.bench.ForwardRecordingBenchmark.recordingForward", Pass.FORWARD,
            "org.mfujmh.bench.ForwardBackwardBenchmark.forwardBackward", Pass.FORWARD_BACKWARD);

    /** Nothing where the benchmark is not a pass of a GPT: a single product, an empty call, or a stranger. */
    static Optional<PassRun> of(BenchmarkParams params) {
        return pass(params)
                .filter(pass -> params.getParamsKeys().containsAll(List.of("model", "batchSize", "seqLen")))
                .map(pass -> new PassRun(
                        pass,
                        params.getParam("model"),
                        Integer.parseInt(params.getParam("batchSize")),
                        Integer.parseInt(params.getParam("seqLen"))));
    }

    /** The suite's own benchmarks by their full names; any other only where it says so itself. */
    private static Optional<Pass> pass(BenchmarkParams params) {
        if (OURS.containsKey(params.getBenchmark())) {
            return Optional.of(OURS.get(params.getBenchmark()));
        }
        return params.getParamsKeys().contains(MEASURED_AS)
                ? Optional.of(Pass.of(params.getParam(MEASURED_AS)))
                : Optional.empty();
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
