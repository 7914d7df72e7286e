package org.mfujmh.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mfujmh.model.Checkpoint;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Optimizer;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.TrainedWeights;

/**
 * Metrics and parameters in docs/reference are generated from the code. If a page is stale, {@code mvn test -Dtest=ReferencePagesTest
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

                `MfuProfiler` adds these to each result as JMH secondary metrics. A share is a fraction of one: 0.42, not 42 %. A
                metric that does not apply to a pass, or that a device does not report, is NaN. Over iterations, `roofline_share` and
                `bandwidth_share` are the sum of what was reached over the sum of the rooflines. For the formulas see
                [conventions](conventions.md), [roofline](../internals/roofline.md), [decoding](../guide/decode.md),
                [training steps](../guide/training-step.md) and [GPUs](../guide/gpu.md#metrics-of-a-gpu).

                | metric | unit | better | over iterations | what it is |
                |---|---|---|---|---|
                """ + rows);
    }

    @Test
    void parameters() throws IOException {
        String micro = "a whole number, 1 or more";
        List<String[]> parameters = List.of(
                new String[] {
                    PassParams.MODEL,
                    "a name (`./mfu models`), or the path of a config.json",
                    PassParams.DEFAULT_MODEL,
                    "the model"
                },
                new String[] {
                    PassParams.BATCH_SIZE,
                    "1 or more, or `" + PassParams.MAX_BATCH + "` for the largest that fits",
                    PassParams.DEFAULT_BATCH_SIZE,
                    "sequences per pass, or per micro batch"
                },
                new String[] {
                    PassParams.SEQ_LEN,
                    "1 to the model's context, for decoding one less",
                    PassParams.DEFAULT_SEQ_LEN + ", or as many as the model takes",
                    "tokens per sequence; for decoding, tokens in the KV cache"
                },
                new String[] {
                    PassParams.LOGITS,
                    PassParams.DEFAULT_LOGITS + ", " + PassParams.LAST_LOGITS,
                    PassParams.DEFAULT_LOGITS,
                    "of which tokens a forward pass computes logits; `" + PassParams.LAST_LOGITS
                            + "`: of each sequence's last alone, as inference does (`" + PassId.PREFILL.label() + "`)"
                },
                new String[] {
                    PassParams.DTYPE,
                    list(Precision.values(), Precision::label),
                    PassParams.DEFAULT_DTYPE,
                    "precision of weights and activations"
                },
                new String[] {
                    PassParams.PROGRAM,
                    list(Program.values(), Program::label),
                    PassParams.DEFAULT_PROGRAM,
                    "`fused`, or the book's code, operation for operation"
                },
                new String[] {
                    PassParams.GEMM,
                    list(Gemm.values(), Gemm::label),
                    PassParams.DEFAULT_GEMM,
                    "how 16-bit matrices are multiplied; `upcast` stores 16 bits and multiplies in fp32"
                },
                new String[] {
                    PassParams.LOSS,
                    list(Loss.values(), Loss::label),
                    PassParams.DEFAULT_LOSS + "; training step: " + TrainingParams.DEFAULT_LOSS,
                    "the loss that backward starts from; `sum` of all logits is the notebook's"
                },
                new String[] {
                    TrainingParams.OPTIMIZER,
                    list(Optimizer.values(), Optimizer::label),
                    TrainingParams.DEFAULT_OPTIMIZER,
                    "training step: what updates the weights"
                },
                new String[] {
                    TrainingParams.ACCUMULATION,
                    micro,
                    TrainingParams.DEFAULT_ACCUMULATION,
                    "training step: micro batches per step"
                },
                new String[] {
                    TrainingParams.CHECKPOINT,
                    list(Checkpoint.values(), Checkpoint::label),
                    TrainingParams.DEFAULT_CHECKPOINT,
                    "training step: which activations the backward pass recomputes"
                },
                new String[] {
                    TrainingParams.WEIGHTS,
                    list(TrainedWeights.values(), TrainedWeights::label),
                    TrainingParams.DEFAULT_WEIGHTS,
                    "training step: precision of the optimizer's weights and state"
                },
                new String[] {
                    TrainingParams.CLIP,
                    "a number above 0, or `" + TrainingParams.NO_CLIP + "`",
                    TrainingParams.DEFAULT_CLIP,
                    "training step: largest global norm of the gradients"
                },
                new String[] {PassParams.DEVICE, "auto, cpu, cuda:N", PassParams.DEFAULT_DEVICE, "where it runs"});
        assertThat(parameters.stream().map(parameter -> parameter[0])).containsExactlyElementsOf(PassParams.NAMES);
        String rows = parameters.stream()
                .map(parameter -> row("`" + parameter[0] + "`", parameter[1], parameter[2], parameter[3]))
                .collect(Collectors.joining());
        String benchmarks = Stream.of(PassId.values())
                .map(pass -> row("`" + String.join(" -p ", named(pass)) + "`", "`" + pass.label() + "`", pass.title()))
                .collect(Collectors.joining());
        requireCurrent("parameters.md", """
                # Benchmarks and parameters

                | benchmark | pass | what it times |
                |---|---|---|
                """ + benchmarks + """

                `-p NAME=VALUE[,VALUE...]` sets a parameter; several values of several parameters run in all combinations. On a GPU
                the default of `model` is gpt-small, gpt-medium, gpt-large and gpt-xl, and that of `batchSize` is max, but for
                decoding, which has one sequence of gpt-small there too.

                | parameter | values | default | what it is |
                |---|---|---|---|
                """ + rows);
    }

    private static <V> String list(V[] values, Function<V, String> label) {
        return Arrays.stream(values).map(label).collect(Collectors.joining(", "));
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
