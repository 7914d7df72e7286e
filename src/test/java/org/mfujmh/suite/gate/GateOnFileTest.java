package org.mfujmh.suite.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.BadInput;
import org.mfujmh.compare.GatePolicy;
import org.mfujmh.device.peaks.PeakChoice;
import org.mfujmh.flops.Convention;
import org.mfujmh.results.JmhJson;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.DeviceDefaults;
import org.mfujmh.suite.plan.SuiteOptions;
import org.mfujmh.suite.plan.SuitePlan;

/** What a run measures that is compared with a file. */
class GateOnFileTest {
    private static final String TRAIN_STEP = "org.mfujmh.bench.TrainStepBenchmark.trainStep";

    @TempDir
    Path folder;

    /** A training step is not measured by default, but it is where the baseline is one. */
    @Test
    void withNothingChosenItIsWhatTheFileHas() {
        Path file = folder.resolve("base.json");
        JmhJson.write(file, step("4"), step("8"), JmhJson.of("other.Bench.run").forks(1, 2, 3));
        assertThat(plan(file)).extracting(Combination::benchmark).containsExactly(TRAIN_STEP, TRAIN_STEP);
        assertThat(plan(file)).extracting(one -> one.param("batchSize", "")).containsExactly("4", "8");
    }

    @Test
    void aFileOfForeignBenchmarksAloneIsRefused() {
        Path file = folder.resolve("base.json");
        JmhJson.write(file, JmhJson.of("other.Bench.run").forks(1, 2, 3));
        assertThatThrownBy(() -> plan(file))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("other.Bench.run")
                .hasMessageContaining("not in this build");
    }

    private static JmhJson step(String batch) {
        return JmhJson.of(TRAIN_STEP)
                .forks(1, 2, 3)
                .param("model", "gpt-tiny")
                .param("batchSize", batch)
                .param("seqLen", "64");
    }

    private static List<Combination> plan(Path file) {
        SuiteOptions nothing = SuiteOptions.of(
                List.of(), List.of(), false, Duration.ofMinutes(1), PeakChoice.SHIPPED, Convention.EXACT);
        SuitePlan usual = SuitePlan.of(nothing, DeviceDefaults.CPU);
        return new GateOnFile(Optional.of(file), GatePolicy.DEFAULT).plan(usual, nothing.isChosen());
    }
}
