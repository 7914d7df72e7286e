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

/**
 * What a run of the suite says at its end: a row a measurement, and under it a line for each
 * denominator, in words for somebody who sees it for the first time.
 *
 * @param table model, batch, pass, tokens/s with interval, FLOP/s, share of the roofline, MFU
 * @param notes what the columns mean, and what to beware of
 */
public record SuiteReport(Table table, List<String> notes) {

    private static final List<String> TOLD_APART_BY = List.of("program", "gemm", "dtype", "batchSize", "seqLen");
    private static final double CONFIDENCE = 0.99;

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
                Table.Column.number("99 % interval"),
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
        Optional<Interval> tokens = interval(entry, "tokens_per_s").filter(interval -> isKnown(interval.estimate()));
        boolean isPass = tokens.isPresent();
        Interval shown = tokens.orElseGet(() -> Sample.ofForks(entry.primary()).meanInterval(CONFIDENCE));
        return List.of(
                entry.params().getOrDefault("model", "-"),
                size(entry),
                pass(entry),
                how(entry),
                isPass
                        ? number(shown.estimate())
                        : number(shown.estimate()) + " " + entry.primary().unit(),
                shown.isKnown()
                        ? number(shown.low()) + " .. " + number(shown.high())
                        : "needs " + Sample.FEWEST_FORKS + " forks",
                tflops(estimate(entry, "model_tflops")),
                withSpread(entry, "roofline_share")
                        + (plausibility.suspicion(entry).isPresent() ? " SUSPECT" : ""),
                isPass ? percent(estimate(entry, convention.metric())) : "-");
    }

    private static String size(Entry entry) {
        String tokens = entry.params().get("seqLen");
        return tokens == null ? "-" : entry.params().getOrDefault("batchSize", "1") + " x " + tokens;
    }

    private static String pass(Entry entry) {
        String method = entry.benchmark().substring(entry.benchmark().lastIndexOf('.') + 1);
        return switch (method) {
            case "forwardBackward" -> "forward + backward";
            case "recordingForward" -> "forward, recording";
            case "multiply" ->
                entry.params().get("layer") + " " + entry.params().get("product");
            case "emptyCall" -> "empty call";
            default -> method;
        };
    }

    private static String how(Entry entry) {
        String gemm = entry.params().getOrDefault("gemm", "");
        String loss = entry.params().getOrDefault("loss", "sum");
        return List.of(
                        entry.params().getOrDefault("dtype", ""),
                        entry.params().getOrDefault("program", ""),
                        gemm.equals("upcast") ? "upcast" : "",
                        loss.equals("sum") ? "" : loss)
                .stream()
                .filter(word -> !word.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private static List<String> notes(
            List<Entry> entries, Plausibility plausibility, Convention convention, boolean peakKnown) {
        List<String> notes = new ArrayList<>();
        List<String> varied = varied(entries);
        if (entries.stream().noneMatch(entry -> isKnown(estimate(entry, "tokens_per_s")))) {
            return notes;
        }
        notes.add("tokens/s     mean over forks; the interval is 99 %, by Student's t over fork means.");
        notes.add("TFLOP/s      10^12 FLOPs per second, counted as full attention executes them (exact: forward"
                + " 2M + 4LdT a token, three times that with backward).");
        notes.add("of roofline  TFLOP/s over the GEMM roofline: how fast this machine multiplies matrices of just this"
                + " pass's shapes, measured before and after every iteration. The interval is 99 % too.");
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
        if (entries.stream().anyMatch(entry -> "upcast".equals(entry.params().get("gemm")))) {
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
                    .forEach(reason -> notes.add("above 1      " + what + reason + "."));
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
                        Stream.of(entry.params().get("model")),
                        varied.stream().map(name -> name + "=" + entry.params().get(name)))
                .collect(Collectors.joining(", "));
    }

    /** The assumption that backward costs twice forward, in time: a line for each model whose passes are there. */
    private static List<String> backwardShares(List<Entry> entries, List<String> varied) {
        return entries.stream()
                .filter(entry -> entry.benchmark().endsWith(".forwardBackward"))
                .flatMap(both -> backwardShare(both, entries, varied).stream())
                .toList();
    }

    /**
     * Backward by itself takes the time of both less that of a forward pass that records the graph;
     * where that was not measured, less that of the plain one, and it is said what this leaves in.
     */
    private static Optional<String> backwardShare(Entry both, List<Entry> entries, List<String> varied) {
        Optional<Entry> forward = sameWork(both, ".forward", entries);
        Optional<Entry> recording = sameWork(both, ".recordingForward", entries);
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
                        : "both less forward, so what recording the graph costs is in it"
                                + " (ForwardRecordingBenchmark measures that)"));
    }

    private static Optional<Entry> sameWork(Entry both, String method, List<Entry> entries) {
        return entries.stream()
                .filter(entry -> entry.benchmark().endsWith(method))
                .filter(entry ->
                        both.params().entrySet().containsAll(entry.params().entrySet()))
                .findFirst();
    }

    private static double secondsPerToken(Entry entry) {
        return 1 / estimate(entry, "tokens_per_s");
    }

    private static String peaks(List<Entry> entries) {
        return entries.stream()
                .map(entry -> entry.property("mfu.peakTflops").orElse("?") + " TFLOP/s for "
                        + entry.params().getOrDefault("dtype", "?") + " ("
                        + entry.property("mfu.peakSource").orElse("?") + ")")
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static String whyNoPeak(List<Entry> entries) {
        return entries.stream()
                .flatMap(entry -> entry.property("mfu.peakSource").stream())
                .filter(reason -> !reason.isBlank())
                .distinct()
                .map(reason -> Character.toUpperCase(reason.charAt(0))
                        + reason.substring(1)
                        + (reason.endsWith(".") ? "" : "."))
                .collect(Collectors.joining(" "));
    }

    private static Optional<Interval> interval(Entry entry, String metric) {
        Optional<Metric> found = entry.secondary(metric);
        return found.map(known -> Sample.ofForks(known).meanInterval(CONFIDENCE));
    }

    private static double estimate(Entry entry, String metric) {
        return interval(entry, metric).map(Interval::estimate).orElse(Double.NaN);
    }

    private static boolean isKnown(double value) {
        return !Double.isNaN(value);
    }

    private static String number(double value) {
        return figure(value, Math.abs(value) < 100 ? "%.2f" : "%,.0f");
    }

    /** Three digits that count: a test model on one core reaches thousandths, a GPU hundreds. */
    private static String tflops(double value) {
        if (!isKnown(value) || value <= 0) {
            return "-";
        }
        int decimals = Math.max(0, Math.min(6, 2 - (int) Math.floor(Math.log10(value))));
        return figure(value, "%." + decimals + "f");
    }

    private static String percent(double share) {
        return isKnown(share) ? figure(100 * share, "%.1f %%") : "-";
    }

    /** {@code 84.6 % +- 1.2}: the half-width of the 99 % interval behind it, where there is one. */
    private static String withSpread(Entry entry, String metric) {
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
