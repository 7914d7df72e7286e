package org.mfujmh.suite.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.mfujmh.device.peaks.PeakChoice;
import org.mfujmh.flops.Convention;
import org.mfujmh.results.Entry;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.DeviceDefaults;
import org.mfujmh.suite.plan.SuiteOptions;
import org.mfujmh.suite.plan.SuitePlan;

class GemmAutotunerTest {

    private static SuitePlan plan(DeviceDefaults defaults, String... arguments) {
        List<String> all = List.of(arguments);
        return SuitePlan.of(
                SuiteOptions.of(all, all, false, Duration.ofMinutes(1), PeakChoice.SHIPPED, Convention.EXACT),
                defaults);
    }

    @Test
    void whatWasAutoIsSettledByWhatLibtorchAnswered() {
        SuitePlan plan = plan(DeviceDefaults.CPU, "-p", "dtype=bf16,fp32", "-p", "gemm=auto,native", "Forward");
        assertThat(GemmAutotuner.questions(plan))
                .extracting(GemmTuningKey::text)
                .containsExactlyInAnyOrder("gpt-small:bf16:256", "gpt-small:fp32:256");
        EngineProbe.EngineInfo answer = new EngineProbe.EngineInfo(
                null,
                "cpu",
                "2",
                "0",
                2,
                Map.of(
                        "gpt-small:bf16:256", new EngineProbe.GemmTiming("upcast", 50, 200),
                        "gpt-small:fp32:256", new EngineProbe.GemmTiming("native", Double.NaN, Double.NaN)));
        assertThat(answer.flopsPerSecond()).hasValue(200e9);
        List<Combination> forward = GemmAutotuner.resolve(plan, answer, List.of()).combinations().stream()
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
        EngineProbe.EngineInfo now = answers(plan(DeviceDefaults.CPU), "native");
        assertThat(GemmAutotuner.report(settledAfter("upcast", "native"), now))
                .singleElement(STRING)
                .startsWith("gemm=auto for gpt-small bf16 256 tokens: native (measured")
                .endsWith("; but upcast, as in the file that this goes on with");
        assertThat(GemmAutotuner.report(settledAfter("native", "native"), now))
                .singleElement(STRING)
                .doesNotContain("as in the file");
    }

    private static EngineProbe.EngineInfo answers(SuitePlan asked, String measuredNow) {
        Map<String, EngineProbe.GemmTiming> answers = GemmAutotuner.questions(asked).stream()
                .collect(Collectors.toMap(
                        GemmTuningKey::text, any -> new EngineProbe.GemmTiming(measuredNow, 100, 100)));
        return new EngineProbe.EngineInfo(null, "cpu", "2", "0", 2, answers);
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
        return GemmAutotuner.resolve(plan, answers(plan, measuredNow), List.of(earlier));
    }
}
