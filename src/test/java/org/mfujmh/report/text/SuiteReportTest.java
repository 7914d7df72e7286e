package org.mfujmh.report.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mfujmh.flops.Convention;
import org.mfujmh.results.Entry;

class SuiteReportTest {

    /** 4, 5 and 12 seconds for 1,000 tokens. */
    private static final Entry FORWARD = entry("ForwardBenchmark.forward", 250, 250, 250);

    private static final Entry RECORDING = entry("ForwardRecordingBenchmark.recordingForward", 200, 200, 200);
    private static final Entry BOTH = entry("ForwardBackwardBenchmark.forwardBackward", 1000 / 12.0, 1000 / 12.0);

    @Test
    void backwardIsBothLessForwardAndItIsSaidWhatThisLeavesIn() {
        assertThat(text(FORWARD, BOTH))
                .contains("takes 2.00 x the time of forward (gpt-small), computed as forward + backward minus forward,"
                        + " so it includes")
                .contains("ForwardRecordingBenchmark measures that");
    }

    @Test
    void backwardIsBothLessTheForwardThatRecordsTheGraphWhereThatWasMeasured() {
        assertThat(text(FORWARD, RECORDING, BOTH))
                .contains("takes 1.75 x the time of forward (gpt-small), computed as forward + backward minus a"
                        + " forward pass that records")
                .contains("forward, recording");
    }

    @Test
    void passesOfDifferentModelsAreNotSetAgainstEachOther() {
        Entry other = Entry.parseAll("[" + FORWARD.json().replace("gpt-small", "gpt-xl") + "]")
                .get(0);
        assertThat(text(other, BOTH)).doesNotContain("x the time of forward");
    }

    /** Parameters are told in a note only where the table has several values of them. */
    @Test
    void notesNameWhatTellsTheRowsApart() {
        Entry[] two = Stream.of("fused", "notebook")
                .flatMap(program -> Stream.of(FORWARD, BOTH)
                        .map(entry -> entry.json().replace("\"model\"", "\"program\": \"" + program + "\", \"model\"")))
                .map(json -> Entry.parseAll("[" + json + "]").get(0))
                .toArray(Entry[]::new);
        assertThat(text(two))
                .contains("takes 2.00 x the time of forward (gpt-small, program=fused), ")
                .contains("takes 2.00 x the time of forward (gpt-small, program=notebook), ");
    }

    @Test
    void fp16WithTheSumAsLossIsSaidToLeaveItsRange() {
        String fp16 = BOTH.json().replaceAll("\"bf16\"", "\"fp16\", \"loss\": \"sum\"");
        Entry sum = Entry.parseAll("[" + fp16 + "]").get(0);
        assertThat(text(sum)).contains("gradients may exceed 65,504");
        assertThat(text(BOTH)).doesNotContain("65,504");
    }

    /** 100 against 80 tokens/s: a fifth of the step. A checkpoint's step also computes activations again. */
    @Test
    void theOptimizersShareIsOfStepsWithoutCheckpoints() {
        Entry both = step("ForwardBackwardBenchmark.forwardBackward", "{\"loss\": \"cross_entropy\"}", 100);
        String adamw = "{\"loss\": \"cross_entropy\", \"optimizer\": \"adamw\", \"checkpoint\": \"%s\"}";
        Entry kept = step("TrainStepBenchmark.trainStep", adamw.formatted("none"), 80);
        Entry again = step("TrainStepBenchmark.trainStep", adamw.formatted("block"), 50);
        Entry none =
                step("TrainStepBenchmark.trainStep", adamw.formatted("none").replace("adamw", "none"), 90);
        assertThat(text(both, kept)).containsPattern("optimizer +takes 20.0 % of the step");
        assertThat(text(both, again)).doesNotContainPattern("optimizer +takes");
        assertThat(text(both, none)).doesNotContainPattern("optimizer +takes");
    }

    private static Entry step(String benchmark, String params, double tokens) {
        String json = entry(benchmark, tokens, tokens, tokens).json();
        String more = params.substring(1, params.length() - 1);
        return Entry.parseAll("[" + json.replace("\"dtype\": \"bf16\"", "\"dtype\": \"bf16\", " + more) + "]")
                .get(0);
    }

    /** Forks 90, 100, 110: s = 10, t(0.995; 2) = 9.925, so 100 -+ 9.925 x 10 / sqrt(3) = 57.3. */
    @Test
    void theIntervalIsStudentsTOverForkMeans() {
        assertThat(text(entry("ForwardBenchmark.forward", 90, 100, 110))).containsPattern("100 +42.70 \\.\\. 157 ");
        assertThat(text(entry("ForwardBenchmark.forward", 90, 100))).contains("needs 3 forks");
    }

    @Test
    void aReaderIsToldWhyThereIsNoMfuAndWhatIsDividedByWhat() {
        assertThat(text(FORWARD))
                .contains("CPU datasheets give no peak")
                .contains("--peak-tflops")
                .containsPattern("% of roofline +TFLOP/s relative to the GEMM roofline");
    }

    /** Forks 90, 100, 110 differ by 10 / 100; 80, 100, 120 by 20 %. */
    @Test
    void whatIsUnsteadyIsSaidUnderTheTable() {
        assertThat(text(entry("ForwardBenchmark.forward", 80, 100, 120)))
                .containsPattern("unsteady +forward of gpt-small: forks differ by 20 %. Was the machine busy\\?");
        assertThat(text(FORWARD)).doesNotContain("unsteady");
        String busy = FORWARD.json()
                .replace(
                        "\"secondaryMetrics\": {",
                        "\"secondaryMetrics\": {\"cpu_contention\": {\"score\": 0.4, \"scoreUnit\": \"share\","
                                + " \"rawData\": [[0.4], [0.4], [0.4]]}, ");
        assertThat(text(Entry.parseAll("[" + busy + "]").get(0)))
                .contains("other programs took 40 % of the CPUs of libtorch's threads. The figure is too low");
    }

    private static String text(Entry... entries) {
        return SuiteReport.of(List.of(entries), Convention.EXACT).toText();
    }

    private static Entry entry(String benchmark, double... tokensOfForks) {
        String rows =
                DoubleStream.of(tokensOfForks).mapToObj(x -> "[" + x + "]").collect(Collectors.joining(","));
        double mean = DoubleStream.of(tokensOfForks).average().orElseThrow();
        String metric = "{\"score\": " + mean + ", \"scoreUnit\": \"tok/s\", \"rawData\": [" + rows + "]}";
        return Entry.parseAll("""
                        [{"benchmark": "org.mfujmh.bench.%s", "mode": "thrpt", "forks": %d, "measurementIterations": 1,
                          "jvmArgs": ["-Dmfu.peakSource=CPU datasheets give no peak"],
                          "params": {"model": "gpt-small", "batchSize": "1", "seqLen": "1000", "dtype": "bf16"},
                          "primaryMetric": %s, "secondaryMetrics": {"tokens_per_s": %s}}]
                        """.formatted(benchmark, tokensOfForks.length, metric, metric))
                .get(0);
    }
}
