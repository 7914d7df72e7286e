package org.mfujmh.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.TokenFlops;
import org.mfujmh.model.Pass;
import org.mfujmh.model.hub.Models;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/** A model of one's own, by its config.json, through the whole suite: forks prove their work, the file carries the model. */
@EnabledOnOs(OS.LINUX)
class OwnModelIT {
    private static final Path CONFIGS =
            Path.of("src/test/resources/org/mfujmh/model/hub/tiny").toAbsolutePath();

    @TempDir
    private Path folder;

    @Test
    void windowsAndExpertsAreMeasuredAndTheFileTellsTheModel() throws Exception {
        Path file = folder.resolve("own.json");
        String models = CONFIGS.resolve("gemma3_text") + "," + CONFIGS.resolve("mixtral/config.json");
        RunningSuite suite = RunningSuite.start(
                folder,
                "-p",
                "model=" + models,
                "-p",
                "seqLen=48",
                "-p",
                "batchSize=2",
                "-f",
                "1",
                "-wi",
                "0",
                "-i",
                "1",
                "-r",
                "100ms",
                "-rff",
                file.toString());
        assertThat(suite.end()).as(suite.err()).isZero();
        List<Entry> entries = ResultFile.read(file);
        assertThat(entries)
                .hasSize(4)
                .extracting(entry -> entry.params().get(PassParams.MODEL))
                .containsOnly("gemma3_text", "mixtral");
        for (Entry entry : entries) {
            String json = entry.property(RunProperty.MODEL).orElseThrow();
            Pass pass = entry.benchmark().endsWith("forwardBackward") ? Pass.FORWARD_BACKWARD : Pass.FORWARD;
            double perToken = TokenFlops.of(Models.ofJson("any", json), Convention.EXACT, pass)
                            .sequence(48)
                            .doubleValue()
                    / 48;
            Map<String, Double> metrics = metrics(entry);
            assertThat(metrics.get(MetricId.MODEL_TFLOPS.label()) * 1e12)
                    .isCloseTo(
                            perToken * metrics.get(MetricId.TOKENS_PER_S.label()),
                            org.assertj.core.api.Assertions.withinPercentage(0.001));
        }
    }

    private static Map<String, Double> metrics(Entry entry) {
        return entry.secondary().entrySet().stream()
                .filter(metric -> Double.isFinite(metric.getValue().score()))
                .collect(java.util.stream.Collectors.toMap(
                        Map.Entry::getKey, metric -> metric.getValue().score()));
    }
}
