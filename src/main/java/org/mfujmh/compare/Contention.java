package org.mfujmh.compare;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.RunProperty;

/**
 * Whether other programs used the processors while a pass was timed. libtorch's threads wait for the slowest of them
 * after every operation, so a pass whose threads lack a processor is slower by much more than that share, and says
 * nothing about the code. A single thread waits for none: it is slower by little more than the share that it lacks.
 */
public final class Contention {

    /** The share of libtorch's threads that may lack a processor before a figure is not to be trusted. */
    public static final double TOLERATED = 0.1;

    /**
     * A single thread that lacks a share {@code s} of a processor reaches at least {@code (1 - s)} to this power of its
     * speed. Measured: 1.0 to 1.6 (docs/lab/2026-11-28-busy-processors.md); two threads 1.6 to 3.5, with no bound.
     */
    private static final double POWER_OF_ONE_THREAD = 2;

    private Contention() {}

    /** The share of libtorch's threads without a processor, mean over forks; 0 if the file does not say. */
    public static double of(Entry entry) {
        return recorded(entry).orElse(0);
    }

    private static OptionalDouble recorded(Entry entry) {
        return entry.secondary(MetricId.CPU_CONTENTION).stream()
                .mapToDouble(found -> Sample.ofForks(found).mean())
                .filter(mean -> !Double.isNaN(mean))
                .findFirst();
    }

    /**
     * A decision on two runs, taken one after the other, as the state of the machine allows it: a slower run is no
     * regression if its threads lacked processors that the baseline had, nor a faster one an improvement if the baseline
     * lacked them. The speed of a single thread is decided where it changed by more than that explains.
     */
    static Decision weigh(Decision decision, Pairing pair, MetricLabel label) {
        double before = pair.baseline().map(Contention::of).orElse(0.0);
        double after = pair.current().map(Contention::of).orElse(0.0);
        double more =
                switch (decision.verdict()) {
                    case REGRESSED -> after - before;
                    case IMPROVED -> before - after;
                    default -> 0;
                };
        if (more < TOLERATED || (isSpeedOfOneThread(pair, label) && isBeyond(decision, before, after))) {
            return decision;
        }
        return decision.undecided(String.format(
                Locale.ROOT,
                "other programs took %s of libtorch's CPUs in the baseline and %s in the new run:"
                        + " measure on an idle machine, or both builds at once (--against)",
                inWords(pair.baseline()),
                inWords(pair.current())));
    }

    /** Whether it is a mean speed or time, which the lack of a processor changes in proportion; a percentile it does not. */
    private static boolean isSpeedOfOneThread(Pairing pair, MetricLabel label) {
        boolean speed = label.equals(MetricLabel.SCORE) || label.equals(MetricLabel.TOKENS_PER_SECOND);
        return speed
                && Stream.of(pair.baseline(), pair.current())
                        .allMatch(side -> side.flatMap(entry -> entry.property(RunProperty.THREADS))
                                .equals(Optional.of("1")));
    }

    /** Whether the whole interval of the ratio is farther from 1 than the lack of a processor explains. */
    private static boolean isBeyond(Decision decision, double before, double after) {
        double explained = Math.pow(Math.max(0, 1 - after) / Math.max(0, 1 - before), POWER_OF_ONE_THREAD);
        return decision.verdict() == Verdict.REGRESSED
                ? decision.ratio().high() < explained
                : decision.ratio().low() > explained;
    }

    private static String inWords(Optional<Entry> side) {
        OptionalDouble share = side.map(Contention::recorded).orElse(OptionalDouble.empty());
        return share.isPresent()
                ? String.format(Locale.ROOT, "%.0f %%", 100 * share.getAsDouble())
                : "an unknown share";
    }
}
