package org.mfujmh.notebook;

import java.io.PrintStream;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.mfujmh.ExitCode;
import org.mfujmh.compare.Interval;
import org.mfujmh.compare.Sample;
import org.mfujmh.device.peaks.PeakPrecision;
import org.mfujmh.device.peaks.PeakResolution;
import org.mfujmh.device.peaks.PeakTable;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.report.text.NumberFormat;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.search.MemorySize;
import org.mfujmh.search.Probe;
import org.mfujmh.search.ProbeOutcome;
import org.mfujmh.search.SearchResult;
import org.mfujmh.search.SearchResult.Ending;
import org.mfujmh.suite.Suite;
import org.mfujmh.suite.batch.BatchSearchRun;

/** Runs the notebook's three parts in order, in the notebook's wording; each line is printed as soon as it is known. */
public final class Notebook {
    private static final int TOKENS = 1024;
    private static final int FIXED_BATCH = 2;
    private static final String FORKS = "3";

    /** The notebook's A100; all variants have the same dense bf16 peak. */
    private static final String NOTEBOOK_GPU = "NVIDIA A100-SXM4-40GB";

    /** The notebook's names, from OpenAI's parameter counts, where head and embedding are shared. */
    private static final Map<String, String> BOOK_NAMES = Map.of(
            "gpt-small", "gpt-small (124M)",
            "gpt-medium", "gpt-medium (355M)",
            "gpt-large", "gpt-large (774M)",
            "gpt-xl", "gpt-xl (1558M)");

    private final List<Architecture> models;
    private final Optional<Long> limit;
    private final Duration timeout;
    private final PrintStream out;
    private final PrintStream progress;
    /** What could not be measured, and why. */
    private final List<String> missing = new ArrayList<>();

    public Notebook(
            List<Architecture> models, Optional<Long> limit, Duration timeout, PrintStream out, PrintStream progress) {
        this.models = models;
        this.limit = limit;
        this.timeout = timeout;
        this.out = out;
        this.progress = progress;
    }

    /** @return the exit code: {@link ExitCode#FAILED} if a part could not be measured for a model */
    public int run() {
        say("# FLOPS Analysis");
        fixedBatch();
        largestBatch();
        utilization();
        say("", "# Corrections to the notebook");
        int number = 0;
        for (NotebookFigures.Fault fault : NotebookFigures.faults()) {
            number++;
            say(number + ". " + fault.fault() + ". Here: " + fault.here() + ".");
        }
        if (missing.isEmpty()) {
            return ExitCode.OK;
        }
        progress.println("mfu notebook: " + String.join(" ", missing));
        return ExitCode.FAILED;
    }

    private void fixedBatch() {
        say(
                "",
                "# Simple benchmark with fixed batch size",
                "- forward pass only; batch 2 of " + lengths(models) + " tokens");
        say("  (first as in the notebook, linear layers only; then with every matrix product)");
        for (Architecture model : models) {
            say(String.format(
                    Locale.ROOT,
                    "%-18s: %s FLOPs; with attention %s%s",
                    bookName(model),
                    flops(model, FIXED_BATCH, Convention.LINEAR_ONLY),
                    flops(model, FIXED_BATCH, Convention.EXACT),
                    NotebookFigures.printed(1, model.name()).stream()
                            .findFirst()
                            .map(line -> "   (notebook: " + line.flops() + ")")
                            .orElse("")));
        }
    }

    /** The notebook's 1024, and for which models it is fewer: all that they take. */
    static String lengths(List<Architecture> models) {
        List<String> fewer = models.stream()
                .filter(model -> tokens(model) < TOKENS)
                .map(model -> bookName(model) + ": " + tokens(model))
                .toList();
        return TOKENS + (fewer.isEmpty() ? "" : " (" + String.join(", ", fewer) + ")");
    }

    private static int tokens(Architecture model) {
        return Math.min(TOKENS, model.context());
    }

    private void largestBatch() {
        say("", "# Simple benchmark with automatic batch size finding", "- forward pass only");
        for (Architecture model : models) {
            say("", "Processing " + bookName(model));
            SearchResult result = search(model, Pass.FORWARD);
            fitting(result)
                    .forEach(batch -> say(String.format(
                            Locale.ROOT,
                            "  Batch size %d: %s FLOPs; with attention %s",
                            batch,
                            flops(model, batch, Convention.LINEAR_ONLY),
                            flops(model, batch, Convention.EXACT))));
            print(result);
            List<NotebookFigures.Printed> lines = NotebookFigures.printed(2, model.name());
            if (!lines.isEmpty()) {
                NotebookFigures.Printed last = lines.get(lines.size() - 1);
                say("  (notebook, A100: batch size " + last.batch() + ", " + last.flops() + ", after 12 probes)");
            }
        }
    }

    private void utilization() {
        say("", "# Benchmark with automatic batch size finding and Model FLOP Utilization (MFU)");
        say("- forward and backward pass");
        for (Architecture model : models) {
            say("", "Processing " + bookName(model));
            SearchResult result = search(model, Pass.FORWARD_BACKWARD);
            print(result);
            if (result.largestBatch().isPresent()) {
                String batch = String.valueOf(result.largestBatch().getAsInt());
                List<Entry> entries = Suite.entries(
                        ThroughputSweep.options(result.probed(), batch, FORKS),
                        progress,
                        Optional.of(() -> "Stopped: the figures printed so far are valid."));
                if (entries.isEmpty()) {
                    missing.add("Part 3 of " + model.name() + " could not be measured; see above for the reason.");
                }
                entries.forEach(entry -> utilization(model, entry, batch));
            }
            NotebookFigures.printed(3, model.name()).forEach(line -> say(corrected(model, line)));
        }
    }

    private void utilization(Architecture model, Entry entry, String batch) {
        Interval tokens = Sample.ofForks(entry.secondary(MetricId.TOKENS_PER_S).orElseThrow())
                .meanInterval();
        say(String.format(
                Locale.ROOT,
                "  Batch size %s: Tokens/sec: %.2f (%s), MFU: %s, share of the GEMM roofline: %s",
                batch,
                tokens.estimate(),
                tokens.isKnown()
                        ? String.format(Locale.ROOT, "%s: %.2f .. %.2f", Interval.PERCENT, tokens.low(), tokens.high())
                        : "an interval needs " + Sample.FEWEST_FORKS + " forks",
                share(entry, MetricId.MFU),
                share(entry, MetricId.ROOFLINE_SHARE)));
        if (Double.isNaN(value(entry, MetricId.MFU))) {
            say("    MFU: not available, "
                    + entry.property(RunProperty.PEAK_SOURCE).orElse("") + ".");
        } else {
            say("    MFU with the notebook's FLOPs count: " + share(entry, MetricId.MFU_LINEAR_ONLY));
        }
        say(String.format(
                Locale.ROOT,
                "    FLOPs per token %.3e (%s), %s TFLOP/s, on %s",
                perToken(model).doubleValue(),
                Convention.EXACT.label(),
                NumberFormat.threeDigits(value(entry, MetricId.MODEL_TFLOPS)),
                entry.property(RunProperty.DEVICE).orElse("?")));
    }

    /** A line of the notebook, plus the MFU of its tokens/s with the datasheet peak and all matrix products. */
    static String corrected(Architecture model, NotebookFigures.Printed line) {
        return String.format(
                Locale.ROOT,
                "  (notebook, A100: batch size %d: Tokens/sec: %s, MFU: %s; corrected: %.4f)",
                line.batch(),
                line.tokensPerSecond(),
                line.mfu(),
                correctedMfu(model, Double.parseDouble(line.tokensPerSecond())));
    }

    static double correctedMfu(Architecture model, double tokensPerSecond) {
        PeakResolution peak = PeakTable.shipped().resolve(NOTEBOOK_GPU, OptionalInt.empty(), PeakPrecision.BF16);
        double peakFlops = ((PeakResolution.KnownPeak) peak).peakTflops() * 1e12;
        return tokensPerSecond * perToken(model).doubleValue() / peakFlops;
    }

    /** FLOPs of forward and backward, every matrix product. */
    static BigInteger perToken(Architecture model) {
        return new Workload(model, 1, tokens(model)).perToken(Convention.EXACT, Pass.FORWARD_BACKWARD);
    }

    private SearchResult search(Architecture model, Pass pass) {
        return BatchSearchRun.run(
                        new BatchSearchRun.Request(
                                model,
                                pass,
                                Optional.empty(),
                                tokens(model),
                                Precision.BF16,
                                Program.FUSED,
                                Gemm.AUTO,
                                Loss.SUM,
                                "auto",
                                limit,
                                timeout),
                        false,
                        progress)
                .result();
    }

    /** Batches that fit, smallest first, as the notebook prints them. */
    private static List<Integer> fitting(SearchResult result) {
        return result.probes().stream()
                .filter(probe -> probe.verdict() instanceof ProbeOutcome.Fits)
                .map(Probe::batch)
                .sorted()
                .toList();
    }

    private void print(SearchResult result) {
        String limitInWords = MemorySize.inWords(result.limitBytes());
        if (result.ending() instanceof Ending.NothingFits none) {
            say("  No batch fits into " + limitInWords + ": batch 1 needs " + none.needs() + ".");
        } else if (result.ending() instanceof Ending.Stopped stopped) {
            say("  The search stopped early. " + stopped.cause());
            missing.add("The largest batch of " + result.probed().describe() + " is unknown.");
        } else {
            say("  Largest batch in " + limitInWords + ": "
                    + result.largestBatch().getAsInt() + " (" + result.probes().size() + " probes)");
        }
    }

    private static String flops(Architecture model, int batch, Convention convention) {
        BigInteger count = new Workload(model, batch, tokens(model)).flops(convention, Pass.FORWARD);
        return String.format(Locale.ROOT, "%.1e", count.doubleValue());
    }

    private static String bookName(Architecture model) {
        return BOOK_NAMES.getOrDefault(model.name(), model.name());
    }

    private static double value(Entry entry, MetricId metric) {
        return entry.secondary(metric)
                .map(known -> Sample.ofForks(known).mean())
                .orElse(Double.NaN);
    }

    private static String share(Entry entry, MetricId metric) {
        double share = value(entry, metric);
        // As the notebook prints it, except for values that would be 0.0000.
        return share >= 0.001 ? String.format(Locale.ROOT, "%.4f", share) : NumberFormat.threeDigits(share);
    }

    private void say(String... lines) {
        for (String line : lines) {
            out.println(line);
        }
        out.flush();
    }
}
