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

    private static final String FORWARD = "org.mfujmh.bench.ForwardBenchmark.forward";

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

    @Test
    void whatIsExcludedIsLeftOutOfTheFilesMeasurementsToo() {
        Path file = folder.resolve("base.json");
        JmhJson.write(file, step("4"), forward("2", "bf16"));
        assertThat(plan(file, "-e", "Train")).extracting(Combination::benchmark).containsExactly(FORWARD);
        JmhJson.write(file, step("4"));
        assertThatThrownBy(() -> plan(file, "-e", "Train"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("excluded with -e");
    }

    /** -p batchSize=1,2,4,max of the run whose result the file is: its max was 7. */
    @Test
    void theLargestOfSeveralBatchesWasTheLargestThatFits() {
        Path file = folder.resolve("base.json");
        JmhJson.write(file, forward("1", "bf16"), forward("7", "bf16"), forward("2", "bf16"), forward("4", "bf16"));
        assertThat(plan(file, words("batchSize=1,2,4,max")))
                .extracting(one -> one.param("batchSize", ""))
                .containsExactly("1", "2", "4", "7");
        assertThat(plan(file, words("batchSize=7,max"))).hasSize(1);
    }

    private static String[] words(String batches) {
        return ("ForwardBenchmark -p model=gpt-tiny -p seqLen=64 -p dtype=bf16 -p " + batches).split(" ");
    }

    private static JmhJson forward(String batch, String dtype) {
        return JmhJson.of(FORWARD)
                .forks(1, 2, 3)
                .param("model", "gpt-tiny")
                .param("batchSize", batch)
                .param("seqLen", "64")
                .param("dtype", dtype)
                .param("program", "fused")
                .param("gemm", "native")
                .param("device", "auto");
    }

    private static JmhJson step(String batch) {
        return JmhJson.of(TRAIN_STEP)
                .forks(1, 2, 3)
                .param("model", "gpt-tiny")
                .param("batchSize", batch)
                .param("seqLen", "64");
    }

    private static List<Combination> plan(Path file, String... arguments) {
        List<String> words = List.of(arguments);
        SuiteOptions options =
                SuiteOptions.of(words, words, false, Duration.ofMinutes(1), PeakChoice.SHIPPED, Convention.EXACT);
        SuitePlan asked = SuitePlan.of(options, DeviceDefaults.CPU);
        return new GateOnFile(Optional.of(file), GatePolicy.DEFAULT).plan(asked, options);
    }
}
