package org.mfujmh.report.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.compare.Interval;
import org.mfujmh.compare.Plausibility;
import org.mfujmh.compare.Sample;
import org.mfujmh.flops.Convention;
import org.mfujmh.model.Optimizer;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Metric;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.schema.TrainingParams;

/**
 * The table at the end of a run: one row per measurement, followed by notes that explain each column to a first-time
 * reader.
 *
 * @param table model, batch, pass, tokens/s with interval, FLOP/s, share of the roofline, MFU
 * @param notes the meaning of the columns, and warnings
 */
public record SuiteReport(Table table, List<String> notes) {

    /** Backward has twice the FLOPs of forward; up to this many times its time is usual. */
    private static final double LESS_WELL = 3;

    private static final List<String> DISTINGUISHING = Stream.concat(
                    Stream.of(
                            PassParams.PROGRAM,
                            PassParams.GEMM,
                            PassParams.DTYPE,
                            PassParams.BATCH_SIZE,
                            PassParams.SEQ_LEN),
                    TrainingParams.NAMES.stream())
            .toList();

    public SuiteReport {
        notes = List.copyOf(notes);
    }

    /** The report on these entries; those from other suites show only their primary score. */
    public static SuiteReport of(List<Entry> entries, Convention convention) {
        boolean peakKnown = entries.stream().anyMatch(entry -> isKnown(estimate(entry, convention.metric())));
        List<Table.Column> columns = List.of(
                Table.Column.text("model"),
                Table.Column.number("batch x tokens"),
                Table.Column.text("pass"),
                Table.Column.text("how"),
                Table.Column.number("tokens/s"),
                Table.Column.number(Interval.TITLE),
                Table.Column.number("TFLOP/s"),
                Table.Column.number("% of roofline"),
                Table.Column.number("MFU"));
        Plausibility plausibility = new Plausibility(entries);
        List<List<String>> rows = entries.stream()
                .map(entry -> row(entry, plausibility, convention))
                .toList();
        return new SuiteReport(new Table(columns, rows), notes(entries, plausibility, convention, peakKnown));
    }

    private static List<String> row(Entry entry, Plausibility plausibility, Convention convention) {
        Optional<Interval> tokens =
                interval(entry, MetricId.TOKENS_PER_S).filter(interval -> isKnown(interval.estimate()));
        boolean isPass = tokens.isPresent();
        Interval shown = tokens.orElseGet(() -> Sample.ofForks(entry.primary()).meanInterval());
        return List.of(
                entry.params().getOrDefault(PassParams.MODEL, "-"),
                size(entry),
                pass(entry),
                how(entry),
                isPass
                        ? number(shown.estimate())
                        : number(shown.estimate()) + " " + entry.primary().unit(),
                shown.isKnown()
                        ? number(shown.low()) + " .. " + number(shown.high())
                        : "needs " + Sample.FEWEST_FORKS + " forks",
                tflops(estimate(entry, MetricId.MODEL_TFLOPS)),
                withSpread(entry, BindingRoof.of(entry).map(BindingRoof::share).orElse(MetricId.ROOFLINE_SHARE))
                        + BindingRoof.of(entry).map(roof -> " " + roof.words()).orElse("")
                        + (plausibility.suspicion(entry).isPresent() ? " SUSPECT" : ""),
                isPass ? percent(estimate(entry, convention.metric())) : "-");
    }

    private static String size(Entry entry) {
        String tokens = entry.params().get(PassParams.SEQ_LEN);
        return tokens == null ? "-" : TrainingParams.batch(entry.params()) + " x " + tokens;
    }

    private static String pass(Entry entry) {
        String method = entry.benchmark().substring(entry.benchmark().lastIndexOf('.') + 1);
        return entry.pass().map(PassId::title).orElseGet(() -> switch (method) {
            case "multiply" ->
                entry.params().get("layer") + " " + entry.params().get("product");
            case "emptyCall" -> "empty call";
            default -> method;
        });
    }

    private static String how(Entry entry) {
        String gemm = entry.params().getOrDefault(PassParams.GEMM, "");
        return Stream.concat(
                        Stream.of(
                                entry.params().getOrDefault(PassParams.DTYPE, ""),
                                entry.params().getOrDefault(PassParams.PROGRAM, ""),
                                gemm.equals("upcast") ? "upcast" : "",
                                TrainingParams.loss(entry.params())),
                        TrainingParams.words(entry.params()).stream())
                .filter(word -> !word.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private static List<String> notes(
            List<Entry> entries, Plausibility plausibility, Convention convention, boolean peakKnown) {
        List<String> notes = new ArrayList<>();
        List<String> varied = varied(entries);
        if (entries.stream().noneMatch(entry -> isKnown(estimate(entry, MetricId.TOKENS_PER_S)))) {
            return notes;
        }
        notes.add(note("tokens/s", "mean over forks, with its " + Interval.TITLE + " (Student's t over fork means)."));
        notes.add(note(
                "TFLOP/s",
                "10^12 FLOPs per second, counting full attention (convention exact: 2M + 4AT per token forward,"
                        + " three times that with backward)."));
        notes.add(note(
                "% of roofline",
                "TFLOP/s relative to the GEMM roofline, with a " + Interval.TITLE
                        + ". The roofline is the speed at which this machine multiplies matrices of the"
                        + " pass's own shapes, measured "
                        + (entries.stream().allMatch(entry -> isPass(entry, PassId.DECODE))
                                ? "once in each fork."
                                : "before and after every iteration"
                                        + (entries.stream().anyMatch(entry -> isPass(entry, PassId.DECODE))
                                                ? ", of decoding once in each fork."
                                                : "."))
                        + (entries.stream()
                                        .anyMatch(entry -> BindingRoof.of(entry).isPresent())
                                ? " Marked memory, it is bytes/s relative to the measured bandwidth."
                                : "")));
        entries.stream()
                .flatMap(entry -> OverheadNote.of(entry).stream()
                        .map(text ->
                                note("overhead", pass(entry) + " of " + subject(entry, varied) + ": " + text + ".")))
                .forEach(notes::add);
        entries.stream()
                .flatMap(entry -> RooflineNote.of(entry).stream()
                        .map(text -> note("roofline", pass(entry) + " of " + subject(entry, varied) + ": " + text)))
                .forEach(notes::add);
        if (entries.stream().anyMatch(entry -> isPass(entry, PassId.PREFILL))) {
            notes.add(note(
                    PassId.PREFILL.title(),
                    "a forward pass whose head multiplies each sequence's last token alone ("
                            + PassParams.LOGITS + "=" + PassParams.LAST_LOGITS + "), as inference does; its FLOPs count"
                            + " so."));
        }
        DecodeNotes.of(entries, entry -> subject(entry, varied))
                .forEach(one -> notes.add(note(one.about(), one.text())));
        if (peakKnown) {
            notes.add(note(
                    "MFU",
                    "FLOP/s (convention " + convention.label() + ") relative to a peak of " + peaks(entries) + "."));
        } else {
            notes.add(note(
                    "MFU",
                    "FLOP/s relative to the device's peak: not available. " + whyNoPeak(entries)
                            + " Set a peak with --peak-tflops N."));
        }
        if (entries.stream().anyMatch(entry -> "upcast".equals(entry.params().get(PassParams.GEMM)))) {
            notes.add(note(
                    "upcast",
                    "this CPU multiplies 16-bit matrices more slowly than fp32, so values are "
                            + "stored in 16 bits and widened to"
                            + " fp32 for each product (gemm=auto measured both)."));
        }
        entries.stream()
                .flatMap(entry -> RangeNote.of(entry.params()).stream())
                .distinct()
                .forEach(text -> notes.add(note("fp16", text + ".")));
        entries.stream()
                .flatMap(entry ->
                        entry.secondary(MetricId.TOKENS_PER_S).flatMap(tokens -> SpreadNote.of(entry, tokens)).stream()
                                .map(text ->
                                        note("unsteady", pass(entry) + " of " + subject(entry, varied) + ": " + text)))
                .forEach(notes::add);
        notes.addAll(backwardShares(entries, varied));
        notes.addAll(optimizerShares(entries, varied));
        for (Entry entry : entries) {
            String what = pass(entry) + " of " + subject(entry, varied) + ": ";
            plausibility.suspicion(entry).ifPresent(reason -> notes.add(note("SUSPECT", what + reason + ".")));
            plausibility
                    .aboveOne(entry, convention.metric())
                    .forEach(above -> notes.add(note("above 100 %", what + above.reason() + ".")));
        }
        return notes;
    }

    /** A line of the legend: what it is about, padded, and a text. */
    private static String note(String about, String text) {
        return String.format(Locale.ROOT, "%-15s%s", about, text);
    }

    /** The parameters that distinguish the rows, besides model and pass. */
    private static List<String> varied(List<Entry> entries) {
        return DISTINGUISHING.stream()
                .filter(name -> entries.stream()
                                .map(entry -> entry.params().get(name))
                                .distinct()
                                .count()
                        > 1)
                .toList();
    }

    /** The model, and the parameters that distinguish the entry from others in the table. */
    private static String subject(Entry entry, List<String> varied) {
        return Stream.concat(
                        Stream.of(entry.params().get(PassParams.MODEL)),
                        varied.stream()
                                .filter(name -> entry.params().get(name) != null)
                                .map(name -> name + "=" + entry.params().get(name)))
                .collect(Collectors.joining(", "));
    }

    /** The measured time of backward relative to forward: one line for each model with both passes. */
    private static List<String> backwardShares(List<Entry> entries, List<String> varied) {
        return entries.stream()
                .filter(entry -> isPass(entry, PassId.FORWARD_BACKWARD))
                .flatMap(both -> backwardShare(both, entries, varied).stream())
                .toList();
    }

    /**
     * Backward takes the time of forward + backward minus that of a forward pass that records the graph; if that was
     * not measured, minus that of the plain forward pass, which the note points out.
     */
    private static Optional<String> backwardShare(Entry both, List<Entry> entries, List<String> varied) {
        Optional<Entry> forward = sameWork(both, PassId.FORWARD, entries);
        Optional<Entry> recording = sameWork(both, PassId.FORWARD_RECORDING, entries);
        if (forward.isEmpty()) {
            return Optional.empty();
        }
        double plain = secondsPerToken(forward.get());
        double backward = secondsPerToken(both)
                - recording.map(SuiteReport::secondsPerToken).orElse(plain);
        if (!(backward > 0)) {
            return Optional.empty(); // the noise exceeds the pass itself
        }
        return Optional.of(note(
                "backward",
                String.format(
                        Locale.ROOT,
                        "takes %.2f x the time of forward (%s), "
                                + "computed as forward + backward minus %s. It has twice the FLOPs%s.",
                        backward / plain,
                        subject(both, varied),
                        recording.isPresent()
                                ? "a forward pass that records the graph"
                                : "forward, so it includes the cost of recording the graph ("
                                        + PassId.FORWARD_RECORDING.benchmarkClass() + " measures that)",
                        backward > LESS_WELL * plain
                                ? ": it uses the device less well than forward, unless the machine was busy meanwhile"
                                : "")));
    }

    /**
     * The optimizer's share of a training step's time: one line for each step whose forward + backward was measured. A
     * step with checkpoints also computes activations again, which is no part of the optimizer.
     */
    private static List<String> optimizerShares(List<Entry> entries, List<String> varied) {
        return entries.stream()
                .filter(entry -> isPass(entry, PassId.TRAIN_STEP))
                .filter(step -> !step.passParams().training().optimizer().equals(Optimizer.NONE.label())
                        && step.passParams().training().checkpoint().equals(TrainingParams.DEFAULT_CHECKPOINT))
                .flatMap(step -> sameWork(step, PassId.FORWARD_BACKWARD, entries).stream()
                        .map(both -> 1 - secondsPerToken(both) / secondsPerToken(step))
                        .filter(share -> share > 0)
                        .map(share -> note(
                                "optimizer",
                                "takes " + percent(share) + " of the step (" + subject(step, varied)
                                        + "), computed as the step minus forward + backward with the same loss.")))
                .toList();
    }

    /** What was measured with every parameter that the other has too. */
    private static Optional<Entry> sameWork(Entry both, PassId pass, List<Entry> entries) {
        return entries.stream()
                .filter(entry -> isPass(entry, pass))
                .filter(entry ->
                        both.params().entrySet().containsAll(entry.params().entrySet()))
                .findFirst();
    }

    private static boolean isPass(Entry entry, PassId pass) {
        return entry.pass().filter(pass::equals).isPresent();
    }

    private static double secondsPerToken(Entry entry) {
        return 1 / estimate(entry, MetricId.TOKENS_PER_S);
    }

    private static String peaks(List<Entry> entries) {
        return entries.stream()
                .map(entry -> entry.property(RunProperty.PEAK_TFLOPS).orElse("?") + " TFLOP/s for "
                        + entry.params().getOrDefault(PassParams.DTYPE, "?") + " ("
                        + entry.property(RunProperty.PEAK_SOURCE).orElse("?") + ")")
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static String whyNoPeak(List<Entry> entries) {
        return entries.stream()
                .flatMap(entry -> entry.property(RunProperty.PEAK_SOURCE).stream())
                .filter(reason -> !reason.isBlank())
                .distinct()
                .map(reason -> Character.toUpperCase(reason.charAt(0))
                        + reason.substring(1)
                        + (reason.endsWith(".") ? "" : "."))
                .collect(Collectors.joining(" "));
    }

    private static Optional<Interval> interval(Entry entry, MetricId metric) {
        Optional<Metric> found = entry.secondary(metric);
        return found.map(known -> Sample.ofForks(known).meanInterval());
    }

    private static double estimate(Entry entry, MetricId metric) {
        return interval(entry, metric).map(Interval::estimate).orElse(Double.NaN);
    }

    private static boolean isKnown(double value) {
        return !Double.isNaN(value);
    }

    private static String number(double value) {
        // For a rate below a hundredth, two decimals show nothing.
        return Math.abs(value) < 0.1
                ? NumberFormat.threeDigits(value)
                : figure(value, Math.abs(value) < 100 ? "%.2f" : "%,.0f");
    }

    private static String tflops(double value) {
        return value <= 0 ? "-" : NumberFormat.threeDigits(value);
    }

    private static String percent(double share) {
        return NumberFormat.share(share, 1);
    }

    /** {@code 84.6 % +- 1.2}: with the half-width of the 99 % interval, if there is one. */
    private static String withSpread(Entry entry, MetricId metric) {
        Optional<Interval> found = interval(entry, metric).filter(interval -> isKnown(interval.estimate()));
        String half = found.filter(Interval::isKnown)
                .map(interval -> figure(100 * interval.halfWidth(), " \u00b1 %.1f"))
                .orElse("");
        return found.map(interval -> percent(interval.estimate()) + half).orElse("-");
    }

    private static String figure(double value, String format) {
        return isKnown(value) ? String.format(Locale.ROOT, format, value) : "-";
    }

    /** For a terminal: the table, an empty line, the notes. */
    public String toText() {
        return notes.stream().map(note -> note + "\n").collect(Collectors.joining("", table.toText() + "\n", ""));
    }
}
