package org.mfujmh.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The pages of docs/reference are made from the code. Where one is stale, {@code mvn test -Dtest=ReferencePagesTest
 * -Dreference.write=true} writes it anew.
 */
class ReferencePagesTest {
    private static final Path FOLDER = Path.of("docs/reference");

    @Test
    void metrics() throws IOException {
        String rows = Arrays.stream(MetricId.values())
                .map(metric -> row(
                        "`" + metric.label() + "`",
                        metric.unit(),
                        metric.direction() == Direction.HIGHER_IS_BETTER ? "higher" : "lower",
                        metric.aggregation() == Aggregation.MEAN ? "mean" : "maximum",
                        metric.title()))
                .collect(Collectors.joining());
        requireCurrent("metrics.md", """
                # Metrics

                What `MfuProfiler` adds to each result as a JMH secondary metric. A share is a fraction of one: 0.42, not 42 %. A
                metric that does not concern a pass, or that a device cannot tell, is NaN. The formulas stand in
                [method.md](../method.md), [roofline.md](../roofline.md), [decode.md](../guide/decode.md),
                [training-step.md](../guide/training-step.md) and [gpu.md](../guide/gpu.md).

                | metric | unit | better | over iterations | what it is |
                |---|---|---|---|---|
                """ + rows);
    }

    @Test
    void parameters() throws IOException {
        List<String[]> parameters = List.of(
                new String[] {
                    PassParams.MODEL, PassParams.DEFAULT_MODEL, "a name of `./mfu models`, or the path of a config.json"
                },
                new String[] {
                    PassParams.BATCH_SIZE,
                    PassParams.DEFAULT_BATCH_SIZE,
                    "sequences of a pass, or of a micro batch; `" + PassParams.MAX_BATCH + "`: the largest that fits"
                },
                new String[] {
                    PassParams.SEQ_LEN,
                    PassParams.DEFAULT_SEQ_LEN,
                    "tokens of a sequence; decoding: tokens in the KV cache"
                },
                new String[] {
                    PassParams.LOGITS,
                    PassParams.DEFAULT_LOGITS,
                    "of which tokens a forward pass computes logits; `" + PassParams.LAST_LOGITS
                            + "`: of each sequence's last alone, as inference does (`" + PassId.PREFILL.label() + "`)"
                },
                new String[] {PassParams.DTYPE, PassParams.DEFAULT_DTYPE, "precision of weights and activations"},
                new String[] {PassParams.PROGRAM, PassParams.DEFAULT_PROGRAM, "how the model is written"},
                new String[] {PassParams.GEMM, PassParams.DEFAULT_GEMM, "how 16-bit matrices are multiplied"},
                new String[] {
                    PassParams.LOSS,
                    PassParams.DEFAULT_LOSS + "; training step: " + TrainingParams.DEFAULT_LOSS,
                    "what the gradients start from"
                },
                new String[] {TrainingParams.OPTIMIZER, TrainingParams.DEFAULT_OPTIMIZER, "what changes the weights"},
                new String[] {
                    TrainingParams.ACCUMULATION, TrainingParams.DEFAULT_ACCUMULATION, "micro batches of a step"
                },
                new String[] {
                    TrainingParams.CHECKPOINT,
                    TrainingParams.DEFAULT_CHECKPOINT,
                    "which activations the backward pass computes again"
                },
                new String[] {
                    TrainingParams.WEIGHTS, TrainingParams.DEFAULT_WEIGHTS, "in what the optimizer keeps the weights"
                },
                new String[] {TrainingParams.CLIP, TrainingParams.DEFAULT_CLIP, "the bound of the norm of all gradients"
                },
                new String[] {PassParams.DEVICE, PassParams.DEFAULT_DEVICE, "auto, cpu or cuda:N"});
        assertThat(parameters.stream().map(parameter -> parameter[0])).containsExactlyElementsOf(PassParams.NAMES);
        String rows = parameters.stream()
                .map(parameter -> row("`" + parameter[0] + "`", parameter[1], parameter[2]))
                .collect(Collectors.joining());
        String benchmarks = Stream.of(PassId.values())
                .map(pass -> row("`" + String.join(" -p ", named(pass)) + "`", "`" + pass.label() + "`", pass.title()))
                .collect(Collectors.joining());
        requireCurrent("parameters.md", """
                # Benchmarks and parameters

                | benchmark | pass | what it times |
                |---|---|---|
                """ + benchmarks + """

                `-p NAME=VALUE[,VALUE...]`; the defaults are those of a CPU, on a GPU `model` and `batchSize` differ
                ([README](../../README.md#parameters)).

                | parameter | default | what it is |
                |---|---|---|
                """ + rows);
    }

    /** A pass's benchmark, and the parameters that choose it. */
    private static List<String> named(PassId pass) {
        return Stream.concat(
                        Stream.of(pass.benchmarkClass()),
                        pass.choice().entrySet().stream().map(one -> one.getKey() + "=" + one.getValue()))
                .toList();
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static void requireCurrent(String name, String page) throws IOException {
        Path file = FOLDER.resolve(name);
        if (Boolean.getBoolean("reference.write")) {
            Files.writeString(file, page);
        }
        assertThat(file)
                .as("stale: mvn test -Dtest=ReferencePagesTest -Dreference.write=true writes it anew")
                .content()
                .isEqualTo(page);
    }
}
