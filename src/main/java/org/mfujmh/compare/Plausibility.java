package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Metric;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/**
 * Whether a measurement can be true. A pass that needs fewer FLOPs than any convention counts (causal
 * attention, exactly) cannot run faster than the machine multiplies matrices of its very shapes; where
 * it seems to, it did not do its work or was not waited for, and the figure is suspect.
 *
 * <p>What the machine can do is a maximum, and a roofline of fractions of a second shows it or less: a neighbour
 * that computes in turns may be there during every roofline of a fork and away during its passes. So a figure is
 * held against the best that any fork of the same run saw for the same matrices, which is never further from the
 * truth than the best of one fork.
 *
 * <p>The proof of work in the fork looks at what was computed; this looks at how fast, and also sees what no
 * proof can: a pass that does everything, after the clock was stopped.
 */
public final class Plausibility {

    /** What the roofline may miss: it is measured in a fraction of the time, and on shapes cut to fit. */
    public static final double TOLERANCE = 1.05;

    /** A roofline below this share of the run's best, on average, was not the machine's own. */
    private static final double STEADY = 0.9;

    private static final List<RunProperty> SAME_PROPERTIES = List.of(
            RunProperty.DEVICE, RunProperty.DEVICE_COUNT, RunProperty.GPU_UUID, RunProperty.THREADS, RunProperty.TORCH);

    private static final List<String> SAME_PARAMETERS =
            List.of(PassParams.MODEL, PassParams.BATCH_SIZE, PassParams.SEQ_LEN, PassParams.DTYPE, PassParams.GEMM);

    private final Map<List<Object>, Double> best = new HashMap<>();

    /** @param run all that was measured in the same run */
    public Plausibility(Collection<Entry> run) {
        run.forEach(entry -> bestRoofline(entry).ifPresent(value -> best.merge(matrices(entry), value, Math::max)));
    }

    /**
     * Why a measurement is suspect, in a sentence; nothing where it is not, or where its file has no roofline.
     *
     * @param entry of this suite; of others nothing is known. It need not be one of the run's
     */
    public Optional<String> suspicion(Entry entry) {
        double best = bestOfRun(entry);
        double[][] rates = raw(entry, MetricId.CAUSAL_EXACT_TFLOPS);
        String worst = null;
        double worstRatio = TOLERANCE;
        for (int fork = 0; fork < rates.length; fork++) {
            for (int iteration = 0; iteration < rates[fork].length; iteration++) {
                double ratio = rates[fork][iteration] / best;
                if (ratio > worstRatio) {
                    worstRatio = ratio;
                    worst = String.format(
                            Locale.ROOT,
                            "%s TFLOP/s in fork %d, iteration %d, are %.2f x the fastest that any fork of this run"
                                    + " multiplied matrices of the same shapes (%s TFLOP/s): the work was not done, or"
                                    + " not waited for",
                            threeDigits(rates[fork][iteration]),
                            fork + 1,
                            iteration + 1,
                            ratio,
                            threeDigits(best));
                }
            }
        }
        return Optional.ofNullable(worst);
    }

    /** The best roofline that any fork of the run saw for this entry's matrices, TFLOP/s; NaN where none was. */
    private double bestOfRun(Entry entry) {
        return DoubleStream.concat(
                        bestRoofline(entry).stream(),
                        Stream.ofNullable(best.get(matrices(entry))).mapToDouble(Double::doubleValue))
                .max()
                .orElse(Double.NaN);
    }

    private static OptionalDouble bestRoofline(Entry entry) {
        return Arrays.stream(raw(entry, MetricId.ROOFLINE_BEST_TFLOPS))
                .flatMapToDouble(Arrays::stream)
                .filter(value -> !Double.isNaN(value))
                .max();
    }

    /** The same for matrices of the same shapes and precision, on the same device by as many threads. */
    private static List<Object> matrices(Entry entry) {
        List<Object> key = new ArrayList<>();
        SAME_PROPERTIES.forEach(property -> key.add(entry.property(property)));
        SAME_PARAMETERS.forEach(name -> key.add(entry.params().get(name)));
        // Backward has products of its own.
        key.add(entry.pass().filter(PassId::computesGradients).isPresent());
        return key;
    }

    /**
     * Why a share is above 1.
     *
     * @param kind the same words for every measurement with such a reason
     * @param reason a sentence with this measurement's figures
     */
    public record AboveOne(String kind, String reason) {}

    /** What can be said of one measurement, held against its run. */
    public record PlausibilityFinding(Optional<String> suspicion, List<AboveOne> aboveOne) {
        public PlausibilityFinding {
            aboveOne = List.copyOf(aboveOne);
        }
    }

    /** @param mfu as for {@link #aboveOne} */
    public PlausibilityFinding finding(Entry entry, MetricId mfu) {
        return new PlausibilityFinding(suspicion(entry), aboveOne(entry, mfu));
    }

    /**
     * What explains shares above 1 that are not suspect, in sentences; such figures are shown as they are.
     *
     * @param mfu the metric of the convention that is shown
     */
    public List<AboveOne> aboveOne(Entry entry, MetricId mfu) {
        List<AboveOne> reasons = new ArrayList<>();
        if (mean(entry, MetricId.ROOFLINE_SHARE) > 1 && suspicion(entry).isEmpty()) {
            reasons.addAll(shareAboveOne(entry));
        }
        double utilization = mean(entry, mfu);
        if (utilization > 1) {
            double atClock = mean(entry, MetricId.MFU_AT_CLOCK);
            reasons.add(
                    atClock < utilization
                            ? new AboveOne(
                                    "MFU above 100 %: a clock above the datasheet's",
                                    String.format(
                                            Locale.ROOT,
                                            "%s of %.3f: the card held %.0f MHz, above the boost clock of its datasheet; against"
                                                    + " the peak at the clock held, mfu_at_clock, it is %.3f",
                                            mfu.label(),
                                            utilization,
                                            mean(entry, MetricId.SM_CLOCK_MHZ),
                                            atClock))
                            : new AboveOne(
                                    "MFU above 100 %: is the peak that of this device?",
                                    String.format(
                                            Locale.ROOT,
                                            "%s of %.3f: cards may pass the boost clock of their datasheet, and full-square"
                                                    + " attention may count work that was left out; is the peak that of this"
                                                    + " device and precision?",
                                            mfu.label(),
                                            utilization)));
        }
        return reasons;
    }

    private List<AboveOne> shareAboveOne(Entry entry) {
        List<AboveOne> reasons = new ArrayList<>();
        double share = mean(entry, MetricId.ROOFLINE_SHARE);
        double roofline = mean(entry, MetricId.ROOFLINE_TFLOPS);
        double best = bestOfRun(entry);
        double shareOfBest = mean(entry, MetricId.MODEL_TFLOPS) / best;
        boolean unsteady = roofline < STEADY * best;
        if (unsteady) {
            double[] readings = Arrays.stream(raw(entry, MetricId.ROOFLINE_TFLOPS))
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
            reasons.add(new AboveOne(
                    "Above 100 % of a roofline that was unsteady: was the machine busy?",
                    String.format(
                            Locale.ROOT,
                            "%.3f of the roofline: that was unsteady (%s .. %s TFLOP/s), as where something else computes on"
                                    + " this machine; of the best that it reached, %s TFLOP/s, the pass is %.3f",
                            share,
                            threeDigits(Arrays.stream(readings).min().orElse(Double.NaN)),
                            threeDigits(Arrays.stream(readings).max().orElse(Double.NaN)),
                            threeDigits(best),
                            shareOfBest)));
        }
        if (!unsteady || shareOfBest > 1) {
            double least = mean(entry, MetricId.CAUSAL_EXACT_TFLOPS) / roofline;
            String needed = Double.isNaN(least)
                    ? ""
                    : String.format(Locale.ROOT, "; of the FLOPs that the task needs (causal_exact) it is %.3f", least);
            reasons.add(new AboveOne(
                    "Above 100 % of the roofline: masked work is counted",
                    String.format(
                            Locale.ROOT,
                            "%.3f of the roofline: full-square attention is counted (exact), and a causal kernel may"
                                    + " leave out half of it%s%s",
                            share,
                            needed,
                            least > 1 ? ", within what a roofline of fractions of a second may miss" : "")));
        }
        return reasons;
    }

    private static double mean(Entry entry, MetricId metric) {
        return entry.secondary(metric)
                .map(found -> Sample.ofForks(found).mean())
                .orElse(Double.NaN);
    }

    private static double[][] raw(Entry entry, MetricId metric) {
        return entry.secondary(metric).map(Metric::rawData).orElse(new double[0][]);
    }

    private static String threeDigits(double value) {
        return String.format(Locale.ROOT, value < 1 ? "%.3g" : value < 10 ? "%.3f" : "%.1f", value);
    }
}
