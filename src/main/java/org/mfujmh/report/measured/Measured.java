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
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.schema.TrainingParams;

/**
 * One entry of a result file, with the names that the page uses for it.
 *
 * @param file the name of its file on the page
 * @param number its position in the file, from 1
 * @param device what it ran on, told apart from others of that name; "unknown device" if the file does not say
 * @param setting the parameters that distinguish it from the others, model first; may be empty
 * @param subject what is measured, as briefly as possible; the same in two files if both measured it
 * @param name the subject, plus the device or file if other entries have the same subject
 * @param finding why the value is implausible, or why a share is above 1, judged against its whole file
 * @param readings its metrics, each computed once
 */
public record Measured(
        String file,
        int number,
        String device,
        String setting,
        String subject,
        String name,
        Entry entry,
        Plausibility.PlausibilityFinding finding,
        MetricReadings readings) {
    /** The label of the primary metric. */
    static final String SCORE = "score";

    static final String UNKNOWN = "unknown device";

    /** Why the value is implausible; empty if it is plausible. */
    public Optional<String> suspicion() {
        return finding.suspicion();
    }

    /** Why a share is above 1, if it is not suspect. */
    public List<Plausibility.AboveOne> aboveOne() {
        return finding.aboveOne();
    }

    /**
     * A metric of this entry.
     *
     * @param metric a label, {@code score} for the primary one
     * @return empty if there is none, or if it is not a number
     */
    public Optional<MetricReading> reading(String metric) {
        return readings.of(metric);
    }

    /** Tokens per second if the entry has it, otherwise its primary score. */
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

    /** The batch size, if it is a number. */
    public OptionalInt batch() {
        return PassParams.count(param(PassParams.BATCH_SIZE));
    }

    public boolean isDeviceKnown() {
        return !device.equals(UNKNOWN);
    }

    /** The pass; empty if the entry is not a pass of this suite. */
    public Optional<PassId> pass() {
        return entry.pass();
    }

    /** The name of the pass; class and method for a benchmark of another suite. */
    public String passName() {
        return pass().map(PassId::title).orElseGet(() -> {
            String benchmark = entry.benchmark();
            int method = benchmark.lastIndexOf('.');
            return benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1);
        });
    }

    /** Precision, program and any further non-default settings: {@code bf16 fused upcast}. */
    public String how() {
        return Stream.concat(
                        Stream.of(
                                param(PassParams.DTYPE),
                                param(PassParams.PROGRAM),
                                param(PassParams.GEMM).equals("upcast") ? "upcast" : "",
                                TrainingParams.loss(entry.params())),
                        TrainingParams.words(entry.params()).stream())
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

    /** The recorded datasheet peak in TFLOP/s; empty if there is none. */
    public OptionalDouble peakTflops() {
        return entry.property(RunProperty.PEAK_TFLOPS)
                .filter(text -> text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?([eE][0-9]{1,2})?"))
                .map(Double::parseDouble)
                .filter(peak -> peak > 0)
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty());
    }

    /** The source, for a published figure. */
    public Optional<String> publishedBy() {
        return entry.property(RunProperty.SOURCE).filter(source -> !source.isBlank());
    }

    /** File and position, for a table cell. */
    public String origin() {
        return file + " #" + number;
    }
}
