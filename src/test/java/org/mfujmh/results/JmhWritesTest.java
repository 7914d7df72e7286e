package org.mfujmh.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.IterationResultMetaData;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.SampleTimeResult;
import org.openjdk.jmh.results.ScalarResult;
import org.openjdk.jmh.results.ThroughputResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.SampleBuffer;

/** What JMH's own writer of JSON puts out is read as JMH meant it: the oracle is JMH's own result. */
class JmhWritesTest {

    @Test
    void throughputWithASecondaryMetricThatIsNaN() {
        BenchmarkParams params = params(Mode.Throughput);
        RunResult result = result(
                params,
                (fork, iteration) -> List.of(
                        // 100 operations in a second and some: values with all their digits
                        new ThroughputResult(
                                ResultRole.PRIMARY, "run", 100 + fork, 1_000_000_007L + iteration, TimeUnit.SECONDS),
                        new ScalarResult("mfu", Double.NaN, "share", AggregationPolicy.AVG),
                        new ScalarResult("tokens_per_s", 1000.5 + fork, "tok/s", AggregationPolicy.AVG)));

        Entry entry = Entry.parseAll(written(result)).get(0);

        assertThat(entry.benchmark()).isEqualTo("org.example.Some.run");
        assertThat(entry.mode()).isEqualTo("thrpt");
        assertThat(entry.threads()).isEqualTo(4);
        assertThat(entry.forks()).isEqualTo(3);
        assertThat(entry.warmupIterations()).isEqualTo(7);
        assertThat(entry.measurementIterations()).isEqualTo(2);
        assertThat(entry.field("measurementTime")).contains("250 ms");
        assertThat(entry.params()).containsExactly(java.util.Map.entry("size", "a \"quoted\" \\ one"));
        assertThat(entry.jvmArgs()).hasSize(3);
        assertThat(entry.property("mfu.device")).contains("NVIDIA H200");
        assertThat(entry.property("mfu.dev")).isEmpty();
        assertThat(entry.primary().unit()).isEqualTo("ops/s");
        assertThat(entry.primary().score()).isEqualTo(result.getPrimaryResult().getScore());
        assertThat(entry.primary().rawData()).hasNumberOfRows(3).hasDimensions(3, 2);
        assertThat(entry.primary().rawData()[2][1]).isEqualTo(102 / 1.000000008);
        assertThat(entry.secondary("mfu").orElseThrow().score()).isNaN();
        assertThat(entry.secondary("tokens_per_s").orElseThrow().forkMeans()).containsExactly(1000.5, 1001.5, 1002.5);
        assertThat(entry.secondary("nothing")).isEmpty();
    }

    @Test
    void sampleTimeIsAHistogramWhoseIterationsAreMeans() {
        BenchmarkParams params = params(Mode.SampleTime);
        RunResult result = result(params, (fork, iteration) -> {
            SampleBuffer samples = new SampleBuffer();
            // Powers of two are kept exactly by JMH's buffer: a mean of (64 + 64 + 128 + 1024 * fork) / 4
            for (long nanos : new long[] {64, 64, 128, 1024L * (fork + 1)}) {
                samples.add(nanos);
            }
            return List.of(new SampleTimeResult(ResultRole.PRIMARY, "run", samples, TimeUnit.NANOSECONDS));
        });

        Entry entry = Entry.parseAll(written(result)).get(0);

        assertThat(entry.mode()).isEqualTo("sample");
        assertThat(entry.primary().unit()).isEqualTo("ns/op");
        assertThat(entry.primary().rawData()).hasDimensions(3, 2);
        assertThat(entry.primary().forkMeans()).containsExactly(320, 576, 832);
        assertThat(entry.primary().score()).isEqualTo(result.getPrimaryResult().getScore());
    }

    private interface Iteration {
        List<Result<?>> results(int fork, int iteration);
    }

    private static RunResult result(BenchmarkParams params, Iteration iteration) {
        List<BenchmarkResult> forks = new ArrayList<>();
        for (int fork = 0; fork < 3; fork++) {
            List<IterationResult> iterations = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                IterationResult one =
                        new IterationResult(params, params.getMeasurement(), new IterationResultMetaData(1, 1));
                one.addResults(iteration.results(fork, i));
                iterations.add(one);
            }
            forks.add(new BenchmarkResult(params, iterations));
        }
        return new RunResult(params, forks);
    }

    private static String written(RunResult result) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ResultFormatFactory.getInstance(ResultFormatType.JSON, new PrintStream(bytes, true, StandardCharsets.UTF_8))
                .writeOut(List.of(result));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static BenchmarkParams params(Mode mode) {
        WorkloadParams workload = new WorkloadParams();
        workload.put("size", "a \"quoted\" \\ one", 0);
        return new BenchmarkParams(
                "org.example.Some.run",
                "generated",
                false,
                4,
                new int[] {4},
                List.of(),
                3,
                0,
                new IterationParams(IterationType.WARMUP, 7, TimeValue.seconds(1), 1),
                new IterationParams(IterationType.MEASUREMENT, 2, TimeValue.milliseconds(250), 1),
                mode,
                workload,
                TimeUnit.SECONDS,
                1,
                "java",
                List.of("-Xmx2g", "-Dmfu.device=none", "-Dmfu.device=NVIDIA H200"),
                "17",
                "vm",
                "1",
                "1.37",
                TimeValue.minutes(10));
    }
}
