package org.mfujmh.profiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.BadInput;
import org.mfujmh.bytes.DecodeBytes;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.hub.Models;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.options.TimeValue;

/** Whose time is turned into tokens/s and FLOP/s: a pass of this suite, and nobody else's. */
class PassRunTest {
    private static final Map<String, String> GPT = Map.of("model", "gpt-tiny", "batchSize", "2", "seqLen", "64");

    @ParameterizedTest
    @CsvSource({
        "ForwardBenchmark.forward, FORWARD",
        "ForwardRecordingBenchmark.recordingForward, FORWARD",
        "ForwardBackwardBenchmark.forwardBackward, FORWARD_BACKWARD",
        "TrainStepBenchmark.trainStep, FORWARD_BACKWARD"
    })
    void thePassesOfTheSuiteAreKnownByTheirNames(String benchmark, Pass pass) {
        assertThat(run("org.mfujmh.bench." + benchmark, GPT))
                .contains(new PassRun(pass, "gpt-tiny", Precision.BF16, 2, 64, 1));
    }

    @Test
    void aTrainingStepHasTheTokensOfAllItsMicroBatches() {
        Map<String, String> four = Map.of("model", "gpt-tiny", "batchSize", "2", "seqLen", "64", "accumulation", "4");
        assertThat(run("org.mfujmh.bench.TrainStepBenchmark.trainStep", four)
                        .orElseThrow()
                        .tokensPerInvocation())
                .isEqualTo(4 * 2 * 64);
    }

    /** A step makes one token for each sequence, whatever is in the cache, and has to read that. */
    @Test
    void aDecodingStepMakesATokenForEachSequence() {
        PassRun step = run(
                        "org.mfujmh.bench.DecodeBenchmark.decode",
                        Map.of("model", "gpt-tiny", "batchSize", "2", "seqLen", "63", "dtype", "fp32"))
                .orElseThrow();
        assertThat(step.tokensPerInvocation()).isEqualTo(2);
        assertThat(step.bytes()).contains(new DecodeBytes(Models.named("gpt-tiny"), 2, 63, Precision.FP32));
        assertThat(run("org.mfujmh.bench.ForwardBenchmark.forward", GPT)
                        .orElseThrow()
                        .bytes())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.mfujmh.bench.Another.forward",
                "org.mfujmh.bench.GemmBenchmark.multiply",
                "org.stranger.ForwardBenchmark.forward",
                "org.stranger.ForwardBackwardBenchmark.forwardBackward"
            })
    void anotherBenchmarkIsNoneWhateverItsNameAndParametersLookLike(String benchmark) {
        assertThat(run(benchmark, GPT)).isEmpty();
    }

    @Test
    void unlessItAsksToBeTakenForOne() {
        Map<String, String> asking =
                Map.of("model", "gpt-tiny", "batchSize", "2", "seqLen", "64", "measuredAs", "forward-backward");
        assertThat(run("org.mfujmh.bench.Another.run", asking))
                .contains(new PassRun(Pass.FORWARD_BACKWARD, "gpt-tiny", Precision.BF16, 2, 64, 1));
        assertThatThrownBy(() -> run("org.mfujmh.bench.Another.run", Map.of("measuredAs", "sideways")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("forward-backward");
    }

    @Test
    void aPassWithoutItsParametersIsNone() {
        assertThat(run("org.mfujmh.bench.ForwardBenchmark.forward", Map.of("model", "gpt-tiny")))
                .isEmpty();
    }

    private static Optional<PassRun> run(String benchmark, Map<String, String> params) {
        WorkloadParams workload = new WorkloadParams();
        params.forEach((name, value) -> workload.put(name, value, 0));
        IterationParams iteration = new IterationParams(IterationType.MEASUREMENT, 1, TimeValue.seconds(1), 1);
        return PassRun.of(new BenchmarkParams(
                benchmark,
                benchmark,
                false,
                1,
                new int[] {1},
                List.of(),
                1,
                0,
                iteration,
                iteration,
                org.openjdk.jmh.annotations.Mode.Throughput,
                workload,
                TimeUnit.SECONDS,
                1,
                "java",
                List.of(),
                "17",
                "VM",
                "17",
                "1.37",
                TimeValue.minutes(1)));
    }
}
