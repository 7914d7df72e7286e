package org.mfujmh.suite.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.mfujmh.device.peaks.PeakChoice;
import org.mfujmh.flops.Convention;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;
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
                .containsExactlyInAnyOrder("gpt-small:bf16:256:auto", "gpt-small:fp32:256:auto");
        EngineProbe.EngineInfo answer = new EngineProbe.EngineInfo(
                null,
                "cpu",
                "2",
                "0",
                2,
                Map.of(
                        "gpt-small:bf16:256:cpu", new TuningAnswer("upcast", Map.of("native", 20.0, "upcast", 5.0)),
                        "gpt-small:fp32:256:cpu", new TuningAnswer("native", Map.of())));
        assertThat(answer.flopsPerSecond()).hasValue(200e9);
        List<Combination> forward =
                GemmAutotuner.resolve(plan, answer, List.of(), List.of()).plan().combinations().stream()
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
    void aGateMultipliesAsItsBaselineUnlessItsOwnFileHasAnotherWay() {
        SuitePlan plan = plan(DeviceDefaults.CPU, "ForwardBenchmark");
        for (String baseline : List.of("native", "upcast")) {
            GemmAutotuner.ResolvedPlan fresh = GemmAutotuner.resolve(
                    plan, answers(plan, "native"), List.of(), List.of(measuredBy(plan, baseline)));
            assertThat(gemms(fresh)).containsOnly(baseline);
            assertThat(fresh.report())
                    .singleElement(STRING)
                    .isEqualTo("gemm=auto for gpt-small bf16 256 tokens: " + baseline
                            + ", from the baseline, so that the results are comparable");
            for (String file : List.of("native", "upcast")) {
                assertThat(gemms(GemmAutotuner.resolve(
                                plan,
                                answers(plan, "native"),
                                List.of(measuredBy(plan, file)),
                                List.of(measuredBy(plan, baseline)))))
                        .containsOnly(file);
            }
        }
    }

    @Test
    void whatWasMeasuredOnAnotherDeviceSaysNothing() {
        SuitePlan plan = plan(DeviceDefaults.CPU, "ForwardBenchmark");
        Entry elsewhere =
                entry(plan.combinations().get(0).with("gemm", "upcast").with("device", "cuda:0"));
        assertThat(gemms(GemmAutotuner.resolve(plan, answers(plan, "native"), List.of(elsewhere), List.of())))
                .containsOnly("native");
    }

    @Test
    void whichWayAndWhyIsTold() {
        assertThat(settledAfter("upcast", "native").report())
                .singleElement(STRING)
                .isEqualTo("gemm=auto for gpt-small bf16 256 tokens: upcast, from the file being resumed");
        SuitePlan plan = plan(DeviceDefaults.CPU);
        assertThat(GemmAutotuner.resolve(plan, answers(plan, "native"), List.of(), List.of())
                        .report())
                .singleElement(STRING)
                .isEqualTo("gemm=auto for gpt-small bf16 256 tokens: native (measured: native 100, upcast 50 GFLOP/s)");
    }

    private static EngineProbe.EngineInfo answers(SuitePlan asked, String measuredNow) {
        Map<String, Double> seconds = new LinkedHashMap<>();
        seconds.put("native", 10.0);
        seconds.put("upcast", 20.0);
        Map<String, TuningAnswer> answers = GemmAutotuner.questions(asked).stream()
                .collect(Collectors.toMap(key -> key.on("cpu").text(), any -> new TuningAnswer(measuredNow, seconds)));
        return new EngineProbe.EngineInfo(null, "cpu", "2", "0", 2, answers);
    }

    private static List<String> gemms(GemmAutotuner.ResolvedPlan resolved) {
        return resolved.plan().combinations().stream()
                .map(one -> one.param("gemm", ""))
                .toList();
    }

    /** The ways to multiply of a plan that goes on with one forward pass over 1024 tokens. */
    private static List<String> gemmsAfter(String before, String measuredNow, String... arguments) {
        return gemms(settledAfter(before, measuredNow, arguments));
    }

    private static GemmAutotuner.ResolvedPlan settledAfter(String before, String measuredNow, String... arguments) {
        SuitePlan plan = plan(DeviceDefaults.CPU, arguments);
        return GemmAutotuner.resolve(plan, answers(plan, measuredNow), List.of(measuredBy(plan, before)), List.of());
    }

    private static Entry measuredBy(SuitePlan plan, String gemm) {
        return entry(plan.combinations()
                .get(0)
                .with("seqLen", "1024")
                .with("device", "cpu")
                .with("gemm", gemm));
    }

    private static Entry entry(Combination one) {
        JmhJson entry = JmhJson.of(one.benchmark());
        one.params().forEach(entry::param);
        return entry.entry();
    }
}
