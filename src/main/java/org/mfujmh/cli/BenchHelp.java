package org.mfujmh.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.TrainingParams;

/** The end of {@code ./mfu bench --help}: parameters, benchmarks and JMH's options, read from the code that takes them. */
final class BenchHelp {
    private static final int WIDTH = 80;
    private static final String HANG = " ".repeat(16);

    private BenchHelp() {}

    /** Lines of at most 80 characters, which a terminal does not break. */
    static String[] footer() {
        List<String> lines = new ArrayList<>();
        lines.addAll(List.of("", "JMH options:", "  -p NAME=A,B   values of a parameter; all combinations run:"));
        parameter(
                lines,
                PassParams.MODEL,
                list(new HelpLists.NotebookModels())
                        + ", any other of ./mfu models, or the path of a config.json; default: "
                        + PassParams.DEFAULT_MODEL
                        + ", on a GPU these four");
        parameter(
                lines,
                PassParams.BATCH_SIZE,
                "1 or more, or " + PassParams.MAX_BATCH
                        + " for the largest that fits; default: " + PassParams.DEFAULT_BATCH_SIZE + ", on a GPU "
                        + PassParams.MAX_BATCH);
        parameter(
                lines,
                PassParams.SEQ_LEN,
                "1 to the model's context, for decoding one less; default: " + PassParams.DEFAULT_SEQ_LEN
                        + " if it has as many");
        choice(lines, PassParams.DTYPE, new HelpLists.Dtypes(), PassParams.DEFAULT_DTYPE);
        choice(lines, PassParams.PROGRAM, new HelpLists.Programs(), PassParams.DEFAULT_PROGRAM);
        choice(lines, PassParams.GEMM, new HelpLists.Gemms(), PassParams.DEFAULT_GEMM);
        parameter(
                lines,
                PassParams.LOGITS,
                PassParams.DEFAULT_LOGITS + ", or " + PassParams.LAST_LOGITS + " for a prefill; default: "
                        + PassParams.DEFAULT_LOGITS);
        choice(
                lines,
                PassParams.LOSS,
                new HelpLists.Losses(),
                PassParams.DEFAULT_LOSS + ", in a training step " + TrainingParams.DEFAULT_LOSS);
        parameter(lines, PassParams.DEVICE, "auto, cpu, cuda:N; default: " + PassParams.DEFAULT_DEVICE);
        lines.add("     for a training step also:");
        choice(lines, TrainingParams.OPTIMIZER, new HelpLists.Optimizers(), TrainingParams.DEFAULT_OPTIMIZER);
        parameter(
                lines,
                TrainingParams.ACCUMULATION,
                "micro batches per step; default: " + TrainingParams.DEFAULT_ACCUMULATION);
        choice(lines, TrainingParams.CHECKPOINT, new HelpLists.Checkpoints(), TrainingParams.DEFAULT_CHECKPOINT);
        choice(lines, TrainingParams.WEIGHTS, new HelpLists.WeightKinds(), TrainingParams.DEFAULT_WEIGHTS);
        parameter(
                lines,
                TrainingParams.CLIP,
                "largest global norm of the gradients, or " + TrainingParams.NO_CLIP + "; default: "
                        + TrainingParams.DEFAULT_CLIP);
        lines.addAll(List.of(
                "  -f N          number of forks, the independent samples (default 5; of all",
                "                models on a GPU 3)",
                "  -wi N, -i N   number of warm-up and of measured iterations (default 1 and 3,",
                "                on a GPU 1 and 2)",
                "  -w T, -r T    duration of a warm-up and of a measured iteration (1 s and 3 s,",
                "                on a GPU 1 s and 5 s)",
                "  -bm sample    also measure latencies: p50, p90, p99",
                "  -rff FILE     result file (default results/DEVICE/TIME.json)",
                "  PATTERN       benchmarks to run; -l lists them all",
                "                default: " + PassId.FORWARD.benchmarkClass() + " and "
                        + PassId.FORWARD_BACKWARD.benchmarkClass()));
        Stream.of(PassId.values()).forEach(pass -> benchmark(lines, pass.benchmarkClass(), pass.title()));
        benchmark(lines, "GemmBenchmark", "each matrix product by itself");
        benchmark(lines, "OverheadBenchmark", "an empty call");
        lines.addAll(List.of(
                "",
                "Examples:",
                "  gpt-small, batch 1, forward and forward + backward, in minutes:",
                "    ./mfu bench",
                "  A first look in half a minute:",
                "    ./mfu bench -p model=gpt-tiny -p seqLen=64 -f 3 -r 1",
                "  Several batch sizes, the largest that fits into 8 GiB among them:",
                "    ./mfu bench -p batchSize=1,4,max --memory-limit 8GiB -rff run.json",
                "  Resume that run:",
                "    ./mfu bench --resume -rff run.json -p batchSize=1,4,max --memory-limit 8GiB",
                "  Decoding: bytes, bandwidth and which roof is the limit:",
                "    ./mfu bench DecodeBenchmark -p seqLen=256",
                "  Is it slower than that result? Than main, here and now?",
                "    ./mfu bench --gate baseline.json",
                "    ./mfu bench --against main",
                "  Is your PyTorch faster than the included one, on this CPU?",
                "    ./mfu bench --torch bundled --torch auto -p device=cpu"));
        return lines.stream().map(line -> line.replace("%", "%%")).toArray(String[]::new);
    }

    private static void choice(List<String> lines, String name, Iterable<String> values, String usual) {
        parameter(lines, name, list(values) + "; default: " + usual);
    }

    private static void benchmark(List<String> lines, String name, String what) {
        lines.add("     %-26s %s".formatted(name, what));
    }

    /** A name and what it takes, broken between words. */
    private static void parameter(List<String> lines, String name, String what) {
        StringBuilder line = new StringBuilder("     %-13s".formatted(name));
        for (String word : Arrays.asList(what.split(" "))) {
            if (line.length() + word.length() >= WIDTH) {
                lines.add(line.toString().stripTrailing());
                line = new StringBuilder(HANG + "  ");
            }
            line.append(word).append(' ');
        }
        lines.add(line.toString().stripTrailing());
    }

    private static String list(Iterable<String> values) {
        return StreamSupport.stream(values.spliterator(), false).collect(Collectors.joining(", "));
    }
}
