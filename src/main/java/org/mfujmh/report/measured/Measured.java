package org.mfujmh.report.measured;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.compare.Plausibility;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Published;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

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
    /** What the primary metric is asked for by. */
    static final String SCORE = "score";

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
     * @param metric a label, {@code score} for the primary one
     * @return empty where there is none, or no number
     */
    public Optional<MetricReading> reading(String metric) {
        return readings.of(metric);
    }

    /** Tokens per second where the entry has them, else its primary score. */
    public String mainMetric() {
        return reading(MetricId.TOKENS_PER_S).isPresent() ? MetricId.TOKENS_PER_S.label() : SCORE;
    }

    /** @see #reading(String) */
    public Optional<MetricReading> reading(MetricId metric) {
        return reading(metric.label());
    }

    public String param(String name) {
        return entry.params().getOrDefault(name, "");
    }

    public String model() {
        return param(PassParams.MODEL);
    }

    /** The batch size where it is a number. */
    public OptionalInt batch() {
        return PassParams.count(param(PassParams.BATCH_SIZE));
    }

    public String device() {
        return entry.property(RunProperty.DEVICE)
                .filter(name -> !name.isBlank())
                .orElse(UNKNOWN);
    }

    public boolean isDeviceKnown() {
        return !device().equals(UNKNOWN);
    }

    /** Empty where the entry is not a pass of this suite. */
    public Optional<PassId> pass() {
        return entry.pass();
    }

    /** The pass in words; of another suite's benchmark its class and method. */
    public String passName() {
        return pass().map(PassId::title).orElseGet(() -> {
            String benchmark = entry.benchmark();
            if (benchmark.equals(Published.TRAINING_STEP)) {
                return "training step";
            }
            int method = benchmark.lastIndexOf('.');
            return benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1);
        });
    }

    /** Precision, program and whatever else is not the default: {@code bf16 fused upcast}. */
    public String how() {
        return Stream.of(
                        param(PassParams.DTYPE),
                        param(PassParams.PROGRAM),
                        param(PassParams.GEMM).equals("upcast") ? "upcast" : "",
                        param(PassParams.LOSS).equals(PassParams.DEFAULT_LOSS) ? "" : param(PassParams.LOSS))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.joining(" "));
    }

    /** The model, where it is shipped by name or the file carries its configuration. */
    private Optional<Architecture> architecture() {
        if (Models.isShipped(model())) {
            return Optional.of(Models.named(model()));
        }
        try {
            return entry.property(RunProperty.MODEL).map(json -> Models.ofJson(model(), json));
        } catch (BadInput unknownToThisBuild) {
            return Optional.empty();
        }
    }

    /** What the pass is given, where its model is known and its sizes are possible. */
    public Optional<Workload> workload() {
        Optional<Architecture> config = architecture();
        OptionalInt tokens = PassParams.count(param(PassParams.SEQ_LEN));
        if (config.isEmpty()
                || batch().isEmpty()
                || tokens.isEmpty()
                || tokens.getAsInt() > config.get().context()) {
            return Optional.empty();
        }
        return Optional.of(new Workload(config.get(), batch().getAsInt(), tokens.getAsInt()));
    }

    public Optional<Precision> precision() {
        return Stream.of(Precision.values())
                .filter(one -> one.label().equals(param(PassParams.DTYPE)))
                .findFirst();
    }

    public Optional<Program> program() {
        return Stream.of(Program.values())
                .filter(one -> one.label().equals(param(PassParams.PROGRAM)))
                .findFirst();
    }

    /** TFLOP/s of the datasheet's peak that was recorded; empty where none was. */
    public OptionalDouble peakTflops() {
        return entry.property(RunProperty.PEAK_TFLOPS)
                .filter(text -> text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?([eE][0-9]{1,2})?"))
                .map(Double::parseDouble)
                .filter(peak -> peak > 0)
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty());
    }

    /** Where it was measured but not by us: the source of a published figure. */
    public Optional<String> publishedBy() {
        return entry.property(RunProperty.SOURCE).filter(source -> !source.isBlank());
    }

    /** File and place, as a table's cell. */
    public String origin() {
        return file + " #" + number;
    }
}
