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
 * Checks whether a measurement is plausible. Even counting only the FLOPs that the task needs (exact causal attention),
 * a pass cannot run faster than the machine multiplies matrices of the same shapes. If it appears to, it skipped work
 * or was not waited for, and the figure is suspect.
 *
 * <p>A roofline measured in a fraction of a second can only underestimate what the machine can do: intermittent
 * background load may hit every roofline of a fork and none of its passes. So a figure is compared with the best
 * roofline of any fork of the same run for the same matrices, which is at least as accurate as the best of one fork.
 *
 * <p>The proof of work in the fork checks what was computed. This checks the speed, and so also catches a pass that
 * finishes its work after the clock has stopped.
 */
public final class Plausibility {

    /** Tolerance for the roofline, which is measured in a fraction of the time and with some shapes truncated. */
    public static final double TOLERANCE = 1.05;

    /** A roofline whose average is below this share of the run's best was disturbed. */
    private static final double STEADY = 0.9;

    private static final List<RunProperty> SAME_PROPERTIES = List.of(
            RunProperty.DEVICE, RunProperty.DEVICE_COUNT, RunProperty.GPU_UUID, RunProperty.THREADS, RunProperty.TORCH);

    private static final List<String> SAME_PARAMETERS =
            List.of(PassParams.MODEL, PassParams.BATCH_SIZE, PassParams.SEQ_LEN, PassParams.DTYPE, PassParams.GEMM);

    private static final double GIGA = 1e9;

    private final Map<List<Object>, Double> best = new HashMap<>();
    private final Map<List<Object>, Double> bandwidth = new HashMap<>();

    /**
     * @param run all entries of the same run
     */
    public Plausibility(Collection<Entry> run) {
        run.forEach(
                entry -> bestBandwidth(entry).ifPresent(value -> bandwidth.merge(matrices(entry), value, Math::max)));
        run.forEach(entry -> bestRoofline(entry).ifPresent(value -> best.merge(matrices(entry), value, Math::max)));
    }

    /**
     * Why a measurement is suspect, in a sentence; empty if it is not, or if its file has no roofline.
     *
     * @param entry an entry of this suite (others cannot be checked); it need not belong to the run
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
                            "%s TFLOP/s in fork %d, iteration %d is %.2f x the best GEMM roofline of any fork of "
                                    + "this run (%s TFLOP/s): the work was skipped or not waited for",
                            threeDigits(rates[fork][iteration]),
                            fork + 1,
                            iteration + 1,
                            ratio,
                            threeDigits(best));
                }
            }
        }
        return Optional.ofNullable(worst).or(() -> readFasterThanMemory(entry));
    }

    /** Why the bytes that a decoding step must have read came faster than this machine reads. */
    private Optional<String> readFasterThanMemory(Entry entry) {
        double fastest = Math.max(
                bestBandwidth(entry).orElse(Double.NaN),
                bandwidth.getOrDefault(matrices(entry), Double.NEGATIVE_INFINITY));
        double[][] tokens = raw(entry, MetricId.TOKENS_PER_S);
        double[][] bytes = raw(entry, MetricId.LEAST_BYTES_PER_TOKEN);
        for (int fork = 0; fork < Math.min(tokens.length, bytes.length); fork++) {
            for (int iteration = 0; iteration < Math.min(tokens[fork].length, bytes[fork].length); iteration++) {
                double rate = tokens[fork][iteration] * bytes[fork][iteration] / GIGA;
                if (rate > TOLERANCE * fastest) {
                    return Optional.of(String.format(
                            Locale.ROOT,
                            "%s GB/s in fork %d, iteration %d is %.2f x the best bandwidth of any fork of this run (%s "
                                    + "GB/s): weights or cache were not read, or the step was not waited for",
                            threeDigits(rate),
                            fork + 1,
                            iteration + 1,
                            rate / fastest,
                            threeDigits(fastest)));
                }
            }
        }
        return Optional.empty();
    }

    private static OptionalDouble bestBandwidth(Entry entry) {
        return Arrays.stream(raw(entry, MetricId.BANDWIDTH_ROOFLINE_BEST_GBS))
                .flatMapToDouble(Arrays::stream)
                .filter(value -> !Double.isNaN(value))
                .max();
    }

    /** The best roofline of any fork of the run for this entry's matrices, in TFLOP/s; NaN if there is none. */
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

    /** Equal for entries with the same matrix shapes, precision, device and number of threads. */
    private static List<Object> matrices(Entry entry) {
        List<Object> key = new ArrayList<>();
        SAME_PROPERTIES.forEach(property -> key.add(entry.property(property)));
        SAME_PARAMETERS.forEach(name -> key.add(entry.params().get(name)));
        // Backward has products of its own; the head of a prefill has few rows; a decoding step is held against more
        // rows than it multiplies.
        key.add(entry.pass().filter(PassId.DECODE::equals).isPresent());
        key.add(entry.pass().filter(PassId.PREFILL::equals).isPresent());
        key.add(entry.pass().filter(PassId::computesGradients).isPresent());
        return key;
    }

    /**
     * Why a share exceeds 1.
     *
     * @param kind the kind of reason, worded identically for all measurements
     * @param reason a sentence with this measurement's figures
     */
    public record AboveOne(String kind, String reason) {}

    /** The findings about one measurement, compared with its run. */
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
     * Explains shares above 1 that are not suspect, in sentences; the figures themselves are shown unchanged.
     *
     * @param mfu the MFU metric of the displayed convention
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
                                    "MFU above 100 %: clock above the datasheet's boost clock",
                                    String.format(
                                            Locale.ROOT,
                                            "%s of %.3f: the card ran at %.0f MHz, above the boost clock of its "
                                                    + "datasheet; relative to the peak at that clock "
                                                    + "(mfu_at_clock) it is %.3f",
                                            mfu.label(),
                                            utilization,
                                            mean(entry, MetricId.SM_CLOCK_MHZ),
                                            atClock))
                            : new AboveOne(
                                    "MFU above 100 %: is this the right peak for this device?",
                                    String.format(
                                            Locale.ROOT,
                                            "%s of %.3f: a card may exceed the boost clock of its datasheet, and "
                                                    + "counting full attention may include work that was "
                                                    + "skipped; is this the right peak for this device and precision?",
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
                    "Above 100 % of an unsteady roofline: was the machine busy?",
                    String.format(
                            Locale.ROOT,
                            "%.3f of the roofline, which was unsteady (%s .. %s TFLOP/s), as under background load;"
                                    + " of its best value, %s TFLOP/s, the pass reaches %.3f",
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
                    : String.format(
                            Locale.ROOT,
                            "; counting only the FLOPs that the task needs (causal_exact) it is %.3f",
                            least);
            reasons.add(new AboveOne(
                    "Above 100 % of the roofline: masked attention is counted",
                    String.format(
                            Locale.ROOT,
                            "%.3f of the roofline: full attention is counted (exact), and a causal kernel may skip "
                                    + "half of it%s%s",
                            share,
                            needed,
                            least > 1 ? ", within the error of a roofline measured in a fraction of a second" : "")));
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
