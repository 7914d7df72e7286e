package org.mfujmh.report.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mfujmh.compare.Contention;
import org.mfujmh.compare.Sample;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Metric;

/** Says that a figure is unsteady, and whether other programs are the reason. */
public final class SpreadNote {

    /** Forks that differ by more than this are worth a word: their standard deviation over their mean. */
    private static final double NOISY = 0.1;

    private SpreadNote() {}

    /** The standard deviation of the forks over their mean, if it is worth a word. */
    public static Optional<Double> noise(Metric metric) {
        return Optional.of(Sample.ofForks(metric).coefficientOfVariation())
                .filter(noise -> noise > NOISY && Double.isFinite(noise));
    }

    /** The share of libtorch's threads without a processor, if it is worth a word. */
    public static Optional<Double> contention(Entry entry) {
        return Optional.of(Contention.of(entry)).filter(share -> share >= Contention.TOLERATED);
    }

    /** {@code forks differ by 34 %, ...}: empty if they do not, and nothing else disturbed them. */
    static Optional<String> of(Entry entry, Metric metric) {
        List<String> words = new ArrayList<>();
        noise(metric).ifPresent(noise -> words.add(String.format(Locale.ROOT, "forks differ by %.0f %%", 100 * noise)));
        contention(entry)
                .ifPresent(share -> words.add(String.format(
                        Locale.ROOT, "other programs took %.0f %% of the CPUs of libtorch's threads", 100 * share)));
        return words.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join("; ", words)
                        + (contention(entry).isPresent()
                                ? ". The figure is too low: measure again on an idle machine."
                                : ". Was the machine busy? More forks (-f 10) narrow the interval."));
    }
}
