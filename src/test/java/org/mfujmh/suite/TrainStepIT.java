package org.mfujmh.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.device.peaks.PeakChoice;
import org.mfujmh.flops.Convention;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;
import org.mfujmh.suite.plan.SuiteOptions;

/** Training steps in real forks, proof of work included. */
class TrainStepIT {
    private static final int TOKENS = 32;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"bf16", "fp16"})
    void everyWayToTrainIsMeasuredAndCounted(String dtype) {
        Path file = folder.resolve("steps.json");
        List<String> arguments = new ArrayList<>(List.of(PassId.pattern(PassId.TRAIN_STEP)));
        for (String parameter : List.of(
                "model=gpt-tiny",
                "seqLen=" + TOKENS,
                "batchSize=2",
                "accumulation=1,2",
                "checkpoint=none,block",
                "weights=fp32",
                "clip=1.0",
                "dtype=" + dtype,
                "device=cpu")) {
            arguments.addAll(List.of("-p", parameter));
        }
        arguments.addAll(List.of("-f", "1", "-wi", "0", "-i", "1", "-r", "200ms", "-rff", file.toString()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream progress = new ByteArrayOutputStream();
        int code = Suite.run(
                SuiteOptions.of(
                        arguments,
                        arguments,
                        false,
                        Duration.ofMinutes(5),
                        PeakChoice.of(1.0, Optional.empty()),
                        Convention.EXACT),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(progress, true, StandardCharsets.UTF_8));
        assertThat(code).as(progress.toString(StandardCharsets.UTF_8)).isZero();
        List<Entry> entries = ResultFile.read(file);
        assertThat(entries).hasSize(4);
        for (Entry entry : entries) {
            int micros = entry.passParams().training().accumulation();
            double steps = entry.primary().score();
            assertThat(value(entry, MetricId.TOKENS_PER_S) / steps)
                    .isCloseTo(micros * 2.0 * TOKENS, withinPercentage(0.01));
            // What ran twice is in HFU and not in MFU.
            boolean again = entry.params().get("checkpoint").equals("block");
            assertThat(value(entry, MetricId.HFU) / value(entry, MetricId.MFU))
                    .isBetween(again ? 1.1 : 0.8, again ? 1.4 : 1.1);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("training step", "checkpoint block", "2 x 2 x 32");
    }

    private static double value(Entry entry, MetricId metric) {
        return entry.secondary(metric).orElseThrow().score();
    }
}
