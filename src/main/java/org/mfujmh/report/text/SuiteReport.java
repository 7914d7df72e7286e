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
import org.mfujmh.results.Entry;
import org.mfujmh.results.Metric;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/**
 * What a run of the suite says at its end: a row a measurement, and under it a line for each
 * denominator, in words for somebody who sees it for the first time.
 *
 * @param table model, batch, pass, tokens/s with interval, FLOP/s, share of the roofline, MFU
 * @param notes what the columns mean, and what to beware of
 */
public record SuiteReport(Table table, List<String> notes) {

    private static final List<String> TOLD_APART_BY =
            List.of(PassParams.PROGRAM, PassParams.GEMM, PassParams.DTYPE, PassParams.BATCH_SIZE, PassParams.SEQ_LEN);

    public SuiteReport {
        notes = List.copyOf(notes);
    }

    /** The report on these entries; those that are not of this suite get their primary score only. */
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
                Table.Column.number("of roofline"),
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
                withSpread(entry, MetricId.ROOFLINE_SHARE)
                        + (plausibility.suspicion(entry).isPresent() ? " SUSPECT" : ""),
                isPass ? percent(estimate(entry, convention.metric())) : "-");
    }

    private static String size(Entry entry) {
        String tokens = entry.params().get(PassParams.SEQ_LEN);
        return tokens == null
                ? "-"
                : entry.params().getOrDefault(PassParams.BATCH_SIZE, PassParams.DEFAULT_BATCH_SIZE) + " x " + tokens;
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
        String loss = entry.params().getOrDefault(PassParams.LOSS, PassParams.DEFAULT_LOSS);
        return List.of(
                        entry.params().getOrDefault(PassParams.DTYPE, ""),
                        entry.params().getOrDefault(PassParams.PROGRAM, ""),
                        gemm.equals("upcast") ? "upcast" : "",
                        loss.equals(PassParams.DEFAULT_LOSS) ? "" : loss)
                .stream()
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
        notes.add("tokens/s     mean over forks; the interval is " + Interval.PERCENT
                + ", by Student's t over fork means.");
        notes.add("TFLOP/s      10^12 FLOPs per second, counted as full attention executes them (exact: forward"
                + " 2M + 4LdT a token, three times that with backward).");
        notes.add("of roofline  TFLOP/s over the GEMM roofline: how fast this machine multiplies matrices of just this"
                + " pass's shapes, measured before and after every iteration. The interval is " + Interval.PERCENT
                + " too.");
        entries.stream()
                .flatMap(entry -> RooflineNote.of(entry).stream()
                        .map(note -> "roofline     " + pass(entry) + " of " + subject(entry, varied) + ": " + note))
                .forEach(notes::add);
        if (peakKnown) {
            notes.add("MFU          FLOPs by the convention " + convention.label() + " over a peak of " + peaks(entries)
                    + ".");
        } else {
            notes.add("MFU          FLOP/s over the device's peak: none is shown. " + whyNoPeak(entries)
                    + " Give a peak of your own by --peak-tflops N.");
        }
        if (entries.stream().anyMatch(entry -> "upcast".equals(entry.params().get(PassParams.GEMM)))) {
            notes.add("upcast       this CPU multiplies 16-bit numbers slower than fp32: they are kept in 16 bits and"
                    + " widened for each product (gemm=auto measured both).");
        }
        entries.stream()
                .flatMap(entry -> RangeNote.of(entry.params()).stream())
                .distinct()
                .forEach(note -> notes.add("fp16         " + note + "."));
        notes.addAll(backwardShares(entries, varied));
        for (Entry entry : entries) {
            String what = pass(entry) + " of " + subject(entry, varied) + ": ";
            plausibility.suspicion(entry).ifPresent(reason -> notes.add("SUSPECT      " + what + reason + "."));
            plausibility
                    .aboveOne(entry, convention.metric())
                    .forEach(above -> notes.add("above 1      " + what + above.reason() + "."));
        }
        return notes;
    }

    /** The parameters by which the table's rows are told apart, besides model and pass. */
    private static List<String> varied(List<Entry> entries) {
        return TOLD_APART_BY.stream()
                .filter(name -> entries.stream()
                                .map(entry -> entry.params().get(name))
                                .distinct()
                                .count()
                        > 1)
                .toList();
    }

    /** The model, and what else tells the entry from others of the table. */
    private static String subject(Entry entry, List<String> varied) {
        return Stream.concat(
                        Stream.of(entry.params().get(PassParams.MODEL)),
                        varied.stream().map(name -> name + "=" + entry.params().get(name)))
                .collect(Collectors.joining(", "));
    }

    /** The assumption that backward costs twice forward, in time: a line for each model whose passes are there. */
    private static List<String> backwardShares(List<Entry> entries, List<String> varied) {
        return entries.stream()
                .filter(entry -> isPass(entry, PassId.FORWARD_BACKWARD))
                .flatMap(both -> backwardShare(both, entries, varied).stream())
                .toList();
    }

    /**
     * Backward by itself takes the time of both less that of a forward pass that records the graph;
     * where that was not measured, less that of the plain one, and it is said what this leaves in.
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
            return Optional.empty(); // noise larger than the pass itself
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "backward     takes %.2f x the time of forward (%s), %s; its FLOPs are 2 x.",
                backward / plain,
                subject(both, varied),
                recording.isPresent()
                        ? "both less a forward pass that records the graph"
                        : "both less forward, so what recording the graph costs is in it" + " ("
                                + PassId.FORWARD_RECORDING.benchmarkClass() + " measures that)"));
    }

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
        // Two decimals of a rate below a hundredth show nothing.
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

    /** {@code 84.6 % +- 1.2}: the half-width of the 99 % interval behind it, where there is one. */
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
