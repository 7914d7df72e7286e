package org.mfujmh.compare;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.MetricId;

/**
 * Whether other programs used the processors while a pass was timed. libtorch's threads wait for the slowest of them
 * after every operation, so a pass whose threads lack a processor is slower by much more than that share, and says
 * nothing about the code.
 */
public final class Contention {

    /** The share of libtorch's threads that may lack a processor before a figure is not to be trusted. */
    public static final double TOLERATED = 0.1;

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
     * lacked them.
     */
    static Decision weigh(Decision decision, Pairing pair) {
        double before = pair.baseline().map(Contention::of).orElse(0.0);
        double after = pair.current().map(Contention::of).orElse(0.0);
        double more =
                switch (decision.verdict()) {
                    case REGRESSED -> after - before;
                    case IMPROVED -> before - after;
                    default -> 0;
                };
        return more < TOLERATED
                ? decision
                : decision.undecided(String.format(
                        Locale.ROOT,
                        "other programs took %s of libtorch's CPUs in the baseline and %s in the new run:"
                                + " measure on an idle machine, or both builds at once (--against)",
                        inWords(pair.baseline()),
                        inWords(pair.current())));
    }

    private static String inWords(Optional<Entry> side) {
        OptionalDouble share = side.map(Contention::recorded).orElse(OptionalDouble.empty());
        return share.isPresent()
                ? String.format(Locale.ROOT, "%.0f %%", 100 * share.getAsDouble())
                : "an unknown share";
    }
}
