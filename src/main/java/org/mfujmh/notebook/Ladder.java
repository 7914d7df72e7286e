package org.mfujmh.notebook;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.mfujmh.BadInput;
import org.mfujmh.ExitCode;
import org.mfujmh.compare.Change;
import org.mfujmh.compare.Interval;
import org.mfujmh.compare.Sample;
import org.mfujmh.device.peaks.PeakChoice;
import org.mfujmh.flops.Convention;
import org.mfujmh.model.Backend;
import org.mfujmh.report.text.NumberFormat;
import org.mfujmh.report.text.Table;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Metric;
import org.mfujmh.schema.Direction;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.schema.TrainingParams;
import org.mfujmh.suite.Suite;
import org.mfujmh.suite.plan.SuiteOptions;

/**
 * Measures the book's ladder of training speed on this machine: each rung a training step, over several forks, and by
 * how much it is faster than the rung before.
 */
public final class Ladder {

    private static final Duration DEADLINE = Duration.ofMinutes(30);

    private final int tokens;
    private final int batch;
    private final String largest;
    private final int forks;
    private final PrintStream out;
    private final PrintStream progress;

    /** A rung, and what was measured on it. */
    record Step(LadderRung rung, Optional<Entry> entry, String missing) {}

    /**
     * @param tokens of a sequence
     * @param batch sequences of every rung but the last
     * @param largest sequences of the last rung, a number or {@code max}
     * @param forks of each rung
     */
    public Ladder(int tokens, int batch, String largest, int forks, PrintStream out, PrintStream progress) {
        this.tokens = tokens;
        this.batch = batch;
        this.largest = largest;
        this.forks = forks;
        this.out = out;
        this.progress = progress;
    }

    /** @return the exit code: {@link ExitCode#FAILED} if a rung that should have been measured was not */
    public int run() {
        List<LadderRung> rungs = LadderRung.all();
        List<Step> steps = new ArrayList<>();
        boolean failed = false;
        for (int i = 0; i < rungs.size(); i++) {
            LadderRung rung = rungs.get(i);
            progress.println();
            progress.println("Rung " + (i + 1) + " of " + rungs.size() + ": " + rung.name()
                    + (rung.missing().isPresent()
                            ? ": not measured, " + rung.missing().get() + "."
                            : ""));
            if (rung.missing().isPresent()) {
                steps.add(new Step(rung, Optional.empty(), rung.missing().get()));
                continue;
            }
            try {
                List<Entry> measured = withBackend(
                        rung.backend(),
                        () -> Suite.entries(options(rung), progress, Optional.of(() -> stopped(steps))));
                failed |= measured.isEmpty();
                steps.add(new Step(rung, measured.stream().findFirst(), "the measurement failed, see above"));
            } catch (BadInput refused) { // such as too little memory for this rung: others may fit
                progress.println(refused.getMessage());
                failed = true;
                steps.add(new Step(rung, Optional.empty(), refused.getMessage().replaceFirst("\\.$", "")));
            }
            print(steps);
        }
        return failed ? ExitCode.FAILED : ExitCode.OK;
    }

    /** What to say when it is stopped; it cannot go on where it was. */
    private static String stopped(List<Step> steps) {
        long measured = steps.stream().filter(step -> step.entry().isPresent()).count();
        long all = LadderRung.all().stream()
                .filter(rung -> rung.missing().isEmpty())
                .count();
        return "Stopped: " + measured + " of " + all + " rungs measured; "
                + (measured == 0
                        ? "nothing was written."
                        : "the table above is valid, and the result file of each is under results/.");
    }

    private SuiteOptions options(LadderRung rung) {
        Map<String, String> params = new LinkedHashMap<>();
        params.put(PassParams.MODEL, rung.model());
        params.put(PassParams.BATCH_SIZE, rung.batch().equals(PassParams.MAX_BATCH) ? largest : String.valueOf(batch));
        params.put(PassParams.SEQ_LEN, String.valueOf(tokens));
        params.put(PassParams.DTYPE, rung.dtype());
        params.put(PassParams.PROGRAM, rung.program());
        params.put(TrainingParams.OPTIMIZER, rung.optimizer());
        List<String> arguments = new ArrayList<>(List.of(PassId.pattern(PassId.TRAIN_STEP)));
        params.forEach((name, value) -> arguments.addAll(List.of("-p", name + "=" + value)));
        arguments.addAll(List.of("-f", String.valueOf(forks), "-i", "2", "-r", "1", "-wi", "1", "-w", "1"));
        return SuiteOptions.of(arguments, arguments, false, DEADLINE, PeakChoice.SHIPPED, Convention.EXACT);
    }

    /** With the backend that the rung is about, instead of the fastest. */
    private static <T> T withBackend(Optional<Backend> backend, Supplier<T> work) {
        backend.ifPresent(one -> System.setProperty(RunProperty.BACKEND.key(), one.label()));
        try {
            return work.get();
        } finally {
            System.clearProperty(RunProperty.BACKEND.key());
        }
    }

    /** All rungs so far; printed again after each, so that what was measured is there when the rest is stopped. */
    private void print(List<Step> steps) {
        List<Table.Column> columns = List.of(
                Table.Column.text("rung"),
                Table.Column.number("batch x tokens"),
                Table.Column.number("tokens/s"),
                Table.Column.number(Interval.TITLE),
                Table.Column.number("x rung before"),
                Table.Column.number("share"),
                Table.Column.number("A100 tokens/s"),
                Table.Column.number("x before"),
                Table.Column.number("MFU"));
        out.println();
        out.print(new Table(columns, rows(steps)).toText());
        out.println();
        explain(steps);
    }

    static List<List<String>> rows(List<Step> steps) {
        List<List<String>> rows = new ArrayList<>();
        Optional<Sample> before = Optional.empty();
        double publishedBefore = Double.NaN;
        for (Step step : steps) {
            Optional<Sample> sample = step.entry()
                    .flatMap(entry -> entry.secondary(MetricId.TOKENS_PER_S))
                    .map(Sample::ofForks);
            Interval interval = sample.map(Sample::meanInterval)
                    .orElse(new Interval(Double.NaN, Double.NaN, Double.NaN, Interval.CONFIDENCE, List.of()));
            rows.add(List.of(
                    step.rung().name(),
                    step.entry()
                            .map(entry -> entry.params().get(PassParams.BATCH_SIZE) + " x "
                                    + entry.params().get(PassParams.SEQ_LEN))
                            .orElse("-"),
                    number(interval.estimate()),
                    interval.isKnown() ? number(interval.low()) + " .. " + number(interval.high()) : "-",
                    speedUp(before, sample),
                    step.entry().map(Ladder::share).orElse("-"),
                    number(step.rung().published()),
                    factor(step.rung().published() / publishedBefore),
                    NumberFormat.share(step.rung().publishedMfu(), 1)));
            // Both columns compare the same two rungs: what was not measured here is skipped in the book's, too.
            before = sample.isPresent() ? sample : before;
            publishedBefore = sample.isPresent() ? step.rung().published() : publishedBefore;
        }
        return rows;
    }

    private void explain(List<Step> steps) {
        out.println("x rung before          tokens/s relative to the measured rung before, with its " + Interval.TITLE
                + "; x before: the book's for the same two.");
        out.println(
                "share          MFU where the device's peak is known, else the share of the measured GEMM roofline.");
        out.println(
                "A100                   as the book published it, each figure one run, at batch 8 (the last: 32) of 1024"
                        + " tokens; its timer includes evaluation batches, so the rates are about 4 to 7 % low.");
        out.println("MFU                    of the A100's dense peak in that precision, attention counted.");
        for (Step step : steps) {
            if (step.entry().isEmpty()) {
                out.println("Not measured           " + step.rung().name() + ": " + step.missing() + ".");
            } else if (!step.rung().here().isEmpty()) {
                out.println(String.format(
                        Locale.ROOT,
                        "%-23s%s.",
                        step.rung().name() + ":",
                        step.rung().here()));
            }
        }
        out.flush();
    }

    private static String speedUp(Optional<Sample> before, Optional<Sample> now) {
        if (before.isEmpty() || now.isEmpty()) {
            return "-";
        }
        double ratio = now.get().meanInterval().estimate()
                / before.get().meanInterval().estimate();
        if (Math.min(before.get().size(), now.get().size()) < Sample.FEWEST_FORKS) {
            return factor(ratio);
        }
        Interval interval = Change.between(before.get(), now.get(), Direction.HIGHER_IS_BETTER)
                .ratioInterval((1 - Interval.CONFIDENCE) / 2);
        return factor(interval.estimate()) + " (" + factor(interval.low()) + " .. " + factor(interval.high()) + ")";
    }

    private static String share(Entry entry) {
        double mfu = value(entry, MetricId.MFU);
        return NumberFormat.share(Double.isNaN(mfu) ? value(entry, MetricId.ROOFLINE_SHARE) : mfu, 1);
    }

    private static double value(Entry entry, MetricId metric) {
        return entry.secondary(metric).map(Metric::score).orElse(Double.NaN);
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, value < 100 ? "%.2f" : "%,.0f", value);
    }

    private static String factor(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f", value);
    }
}
