package org.mfujmh.report.measured;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.compare.Plausibility;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.GptConfig;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.results.Entry;

/**
 * One entry of a result file, in the words that the page uses of it.
 *
 * @param file how the page calls its file
 * @param number its place in that file, from 1
 * @param setting the parameters that tell it from the others, its model first; may be empty
 * @param subject what is measured, as short as tells it from the other subjects; two files may share it
 * @param name the subject, with device or file where others have the same one
 * @param finding why it cannot be true, or why a share of it is above 1; held against its whole file
 * @param readings its metrics, each worked out once
 */
public record Measured(
        String file,
        int number,
        String setting,
        String subject,
        String name,
        Entry entry,
        Plausibility.PlausibilityFinding finding,
        MetricReadings readings) {
    private static final String UNKNOWN = "unknown device";

    /** Why it cannot be true; empty where it can. */
    public Optional<String> suspicion() {
        return finding.suspicion();
    }

    /** Why a share of it is above 1, where that is no suspicion. */
    public List<Plausibility.AboveOne> aboveOne() {
        return finding.aboveOne();
    }

    /**
     * A metric of it.
     *
     * @param metric {@code score} for the primary one
     * @return empty where there is none, or no number
     */
    public Optional<MetricReading> reading(String metric) {
        return readings.of(metric);
    }

    /** Tokens per second where the entry has them, else its primary score. */
    public String mainMetric() {
        return reading("tokens_per_s").isPresent() ? "tokens_per_s" : "score";
    }

    public String param(String name) {
        return entry.params().getOrDefault(name, "");
    }

    public String model() {
        return param("model");
    }

    /** The batch size where it is a number. */
    public OptionalDouble batch() {
        return number("batchSize");
    }

    private OptionalDouble number(String parameter) {
        String text = param(parameter);
        return text.matches("[1-9][0-9]{0,8}") ? OptionalDouble.of(Double.parseDouble(text)) : OptionalDouble.empty();
    }

    public String device() {
        return entry.property("mfu.device").filter(name -> !name.isBlank()).orElse(UNKNOWN);
    }

    public boolean isDeviceKnown() {
        return !device().equals(UNKNOWN);
    }

    /** Empty where the entry is not a pass of a GPT of this suite. */
    public Optional<Pass> pass() {
        if (entry.benchmark().endsWith(".ForwardBenchmark.forward")) {
            return Optional.of(Pass.FORWARD);
        }
        return entry.benchmark().endsWith(".ForwardBackwardBenchmark.forwardBackward")
                ? Optional.of(Pass.FORWARD_BACKWARD)
                : Optional.empty();
    }

    /** The pass in words; of another suite's benchmark its class and method. */
    public String passName() {
        return pass().map(pass -> pass == Pass.FORWARD ? "forward" : "forward + backward")
                .orElseGet(() -> {
                    String benchmark = entry.benchmark();
                    if (benchmark.equals("published.TrainingStep.step")) {
                        return "training step";
                    }
                    int method = benchmark.lastIndexOf('.');
                    return benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1);
                });
    }

    /** Precision, program and whatever else is not the default: {@code bf16 fused upcast}. */
    public String how() {
        return Stream.of(
                        param("dtype"),
                        param("program"),
                        param("gemm").equals("upcast") ? "upcast" : "",
                        param("loss").equals("sum") ? "" : param("loss"))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.joining(" "));
    }

    /** What the pass is given, where its model is one of ours and its sizes are possible. */
    public Optional<Workload> workload() {
        Optional<GptConfig> config = GptConfig.all().stream()
                .filter(known -> known.name().equals(model()))
                .findFirst();
        OptionalDouble tokens = number("seqLen");
        if (config.isEmpty()
                || batch().isEmpty()
                || tokens.isEmpty()
                || tokens.getAsDouble() > config.get().context()) {
            return Optional.empty();
        }
        return Optional.of(new Workload(config.get(), (int) batch().getAsDouble(), (int) tokens.getAsDouble()));
    }

    public Optional<Precision> precision() {
        return Stream.of(Precision.values())
                .filter(one -> one.label().equals(param("dtype")))
                .findFirst();
    }

    public Optional<Program> program() {
        return Stream.of(Program.values())
                .filter(one -> one.label().equals(param("program")))
                .findFirst();
    }

    /** TFLOP/s of the datasheet's peak that was recorded; empty where none was. */
    public OptionalDouble peakTflops() {
        return entry.property("mfu.peakTflops")
                .filter(text -> text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?([eE][0-9]{1,2})?"))
                .map(Double::parseDouble)
                .filter(peak -> peak > 0)
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty());
    }

    /** Where it was measured but not by us: the source of a published figure. */
    public Optional<String> publishedBy() {
        return entry.property("mfu.source").filter(source -> !source.isBlank());
    }

    /** File and place, as a table's cell. */
    public String origin() {
        return file + " #" + number;
    }
}
