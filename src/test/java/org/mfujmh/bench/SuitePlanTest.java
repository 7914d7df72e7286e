package org.mfujmh.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.mfujmh.device.PeakChoice;
import org.mfujmh.flops.Convention;
import org.mfujmh.results.Entry;

class SuitePlanTest {

    private static SuitePlan plan(DeviceDefaults defaults, String... arguments) {
        List<String> all = List.of(arguments);
        return SuitePlan.of(
                SuiteOptions.of(all, all, false, Duration.ofMinutes(1), PeakChoice.SHIPPED, Convention.EXACT),
                defaults);
    }

    @Test
    void onACpuTheDefaultIsBothPassesOfTheSmallestModel() {
        assertThat(plan(DeviceDefaults.CPU).combinations())
                .extracting(Combination::toString)
                .containsExactly(
                        "forward model=gpt-small batchSize=1 seqLen=1024 dtype=bf16 program=fused gemm=auto device=auto",
                        "forwardBackward model=gpt-small batchSize=1 seqLen=1024 dtype=bf16 program=fused gemm=auto"
                                + " loss=sum device=auto");
    }

    @Test
    void onAGpuTheDefaultIsAllFourModelsOfTheNotebookAtTheirLargestBatch() {
        List<Combination> combinations = plan(DeviceDefaults.GPU).combinations();
        assertThat(combinations).hasSize(8);
        assertThat(combinations)
                .extracting(one -> one.param("model", ""))
                .startsWith("gpt-small", "gpt-medium", "gpt-large", "gpt-xl");
        assertThat(combinations).extracting(one -> one.param("batchSize", "")).containsOnly("max");
        assertThat(plan(DeviceDefaults.GPU, "-p", "batchSize=2", "-p", "model=gpt-small")
                        .combinations())
                .extracting(one -> one.param("batchSize", ""))
                .containsOnly("2");
        assertThat(plan(DeviceDefaults.GPU, "GemmBenchmark").combinations())
                .extracting(one -> one.param("batchSize", ""))
                .doesNotContain("max");
        assertThat(plan(DeviceDefaults.GPU, "-p", "model=gpt-xl").combinations())
                .extracting(one -> one.param("model", ""))
                .containsOnly("gpt-xl")
                .hasSize(2);
    }

    @Test
    void autoIsPossibleOnBothKindsOfDeviceAndANamedOneOnItsOwn() {
        assertThat(DeviceDefaults.possible("auto")).containsExactly(DeviceDefaults.CPU, DeviceDefaults.GPU);
        assertThat(DeviceDefaults.possible("cpu")).containsExactly(DeviceDefaults.CPU);
        assertThat(DeviceDefaults.possible("cuda:3")).containsExactly(DeviceDefaults.GPU);
    }

    @Test
    void whatWasAutoIsSettledByWhatLibtorchAnswered() {
        SuitePlan plan = plan(DeviceDefaults.CPU, "-p", "dtype=bf16,fp32", "-p", "gemm=auto,native", "Forward");
        assertThat(plan.questions())
                .extracting(GemmQuestion::text)
                .containsExactlyInAnyOrder("gpt-small:bf16:256", "gpt-small:fp32:256");
        EngineProbe.Answer answer = new EngineProbe.Answer(
                null,
                "cpu",
                "2",
                "0",
                2,
                Map.of(
                        "gpt-small:bf16:256", new EngineProbe.Gemm("upcast", 50, 200),
                        "gpt-small:fp32:256", new EngineProbe.Gemm("native", Double.NaN, Double.NaN)));
        assertThat(answer.flopsPerSecond()).hasValue(200e9);
        List<Combination> forward = plan.settled(answer, List.of()).combinations().stream()
                .filter(one -> one.benchmark().endsWith(".forward"))
                .toList();
        // fp32's auto is its native, which was asked for too: it is measured once.
        assertThat(forward)
                .extracting(one -> one.param("dtype", "") + " " + one.param("gemm", "") + " " + one.param("device", ""))
                .containsExactlyInAnyOrder("bf16 upcast cpu", "bf16 native cpu", "fp32 native cpu");
    }

    @Test
    void goingOnKeepsTheWayToMultiplyThatTheFileWasMeasuredBy() {
        List<String> ways = List.of("native", "upcast");
        for (String measuredNow : ways) {
            for (String before : ways) {
                assertThat(gemmsAfter(before, measuredNow))
                        .as("%s in the file, %s now", before, measuredNow)
                        .containsOnly(before);
            }
            assertThat(gemmsAfter("upcast", measuredNow, "-p", "seqLen=128"))
                    .as("another question")
                    .containsOnly(measuredNow);
        }
        // The file's native was asked for by name, and says nothing of auto.
        assertThat(gemmsAfter("native", "upcast", "-p", "gemm=auto,native")).containsOnly("upcast", "native");
    }

    @Test
    void aWayToMultiplyThatIsKeptAgainstWhatWasMeasuredNowIsTold() {
        EngineProbe.Answer now = answers(plan(DeviceDefaults.CPU), "native");
        assertThat(settledAfter("upcast", "native").told(now))
                .singleElement(STRING)
                .startsWith("gemm=auto for gpt-small bf16 256 tokens: native (measured")
                .endsWith("; but upcast, as in the file that this goes on with");
        assertThat(settledAfter("native", "native").told(now))
                .singleElement(STRING)
                .doesNotContain("as in the file");
    }

    private static EngineProbe.Answer answers(SuitePlan asked, String measuredNow) {
        Map<String, EngineProbe.Gemm> answers = asked.questions().stream()
                .collect(Collectors.toMap(GemmQuestion::text, any -> new EngineProbe.Gemm(measuredNow, 100, 100)));
        return new EngineProbe.Answer(null, "cpu", "2", "0", 2, answers);
    }

    /** The ways to multiply of a plan that goes on with one forward pass over 1024 tokens. */
    private static List<String> gemmsAfter(String before, String measuredNow, String... arguments) {
        return settledAfter(before, measuredNow, arguments).combinations().stream()
                .map(one -> one.param("gemm", ""))
                .toList();
    }

    private static SuitePlan settledAfter(String before, String measuredNow, String... arguments) {
        SuitePlan plan = plan(DeviceDefaults.CPU, arguments);
        Combination forward = plan.combinations().get(0).with("seqLen", "1024").with("gemm", before);
        String params = forward.params().entrySet().stream()
                .map(param -> "\"" + param.getKey() + "\": \"" + param.getValue() + "\"")
                .collect(Collectors.joining(", "));
        Entry earlier =
                Entry.parseAll("""
                        [{"benchmark": "%s", "mode": "thrpt", "forks": 1, "measurementIterations": 1, "params": {%s},
                          "primaryMetric": {"score": 1.0, "scoreUnit": "ops/s", "rawData": [[1.0]]},
                          "secondaryMetrics": {}}]
                        """.formatted(forward.benchmark(), params)).get(0);
        return plan.settled(answers(plan, measuredNow), List.of(earlier));
    }

    @Test
    void theCommandLineGoesBeforeTheAnnotationsInHowOftenAndHowLong() {
        SuitePlan plan = plan(DeviceDefaults.CPU, "-f", "2", "-r", "500ms");
        Timing timing = plan.timing(plan.combinations().get(0));
        assertThat(timing.forks()).isEqualTo(2);
        assertThat(timing.iterationTime()).hasToString("500 ms");
        assertThat(timing.iterations()).isEqualTo(3);
        assertThat(timing.warmups()).isEqualTo(1);
    }

    @Test
    void theTimeLeftIsAGuessThenFollowsTheForksThatAreDone() {
        TimeLeft left = new TimeLeft(List.of(new TimeLeft.Part(2, 10), new TimeLeft.Part(2, 30)), true);
        left.next();
        assertThat(left.inWords(0)).isEqualTo(" (about 1 min 20 s left)");
        left.forkDone(); // in 20 s: twice as slow as guessed
        assertThat(left.inWords(20)).isEqualTo(" (about 2 min 20 s left)");
        left.next();
        left.forkDone();
        assertThat(left.inWords(50)).isEqualTo(" (about 30 s left)");
        left.forkDone();
        assertThat(left.inWords(80)).isEmpty();
    }

    @Test
    void theCommandThatResumesHasAllThatWasAskedForAndTheFile() {
        assertThat(ResumeCommand.of(
                        List.of("-p", "batchSize=1,2", "--peak-tflops=2", "-rff", "old.json", "Forward.*"),
                        java.nio.file.Path.of("my runs/it's.json")))
                .isEqualTo(
                        "./mfu bench --resume -rff 'my runs/it'\\''s.json' -p batchSize=1,2 --peak-tflops=2 'Forward.*'");
    }

    @Test
    void twoBuildsByTurnsCannotGoOnAndTheSentenceSaysHowToStartAnew() {
        java.nio.file.Path file = java.nio.file.Path.of("r.json");
        assertThat(ResumeCommand.sentence("To go on", List.of("--against", "main", "-f", "3"), file))
                .startsWith("To start anew")
                .endsWith(": ./mfu bench -rff r.json --against main -f 3");
        assertThat(ResumeCommand.sentence("To go on", List.of("--gate=b.json"), file))
                .isEqualTo("To go on: ./mfu bench --resume -rff r.json --gate=b.json");
    }
}
