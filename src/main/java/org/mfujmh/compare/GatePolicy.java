package org.mfujmh.compare;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.DidYouMean;
import org.mfujmh.Share;
import org.mfujmh.results.Entry;
import org.mfujmh.results.PlainText;
import org.mfujmh.schema.Direction;
import org.mfujmh.schema.MetricId;

/**
 * The settings of a gate.
 *
 * @param threshold the smallest change that matters: 0.03 means a ratio below 1/1.03 or above 1.03
 * @param alpha the probability, per direction, of any false alarm over all measurements; 0.0225 per look if a second
 *     look may follow
 * @param certain whether the whole interval has to lie beyond the threshold, not just the estimate
 * @param metrics labels to compare, {@code score} for the primary metric; empty: {@code tokens_per_s} if both have it,
 *     otherwise the score
 * @param normalizeByRoofline whether to compare the share of the roofline measured around each iteration, and the
 *     roofline itself, instead of the raw metric
 * @param direction which direction is better, for metrics whose names and units do not determine it
 * @param floors absolute changes below these are ignored, regardless of their ratio
 */
public record GatePolicy(
        double threshold,
        double alpha,
        boolean certain,
        List<String> metrics,
        boolean normalizeByRoofline,
        Optional<Direction> direction,
        Floors floors) {

    /** With the default floors. */
    public GatePolicy(
            double threshold,
            double alpha,
            boolean certain,
            List<String> metrics,
            boolean normalizeByRoofline,
            Optional<Direction> direction) {
        this(threshold, alpha, certain, metrics, normalizeByRoofline, direction, Floors.DEFAULT);
    }

    /** A threshold of 3 %, and an alpha of 5 % per direction. */
    public static final GatePolicy DEFAULT = new GatePolicy(0.03, 0.05, false, List.of(), false, Optional.empty());

    /**
     * The alpha of each look if a second one may follow: both together keep to 5 % per direction. Half of that would be
     * 0.025, but t's tails are slightly too thin if five forks are three times as noisy as the baseline's ten: twelve
     * measurements then gave 5.3 % (simulated, standard error 0.1 %).
     */
    public static final double ALPHA_A_LOOK = 0.0225;

    public GatePolicy {
        metrics = List.copyOf(metrics);
        if (!(threshold > 0 && threshold < 1)) {
            throw new BadInput(
                    "A threshold of " + threshold + " is not between 0 and 1. Write 3% or 0.03 for 3 per cent.");
        }
        if (!(alpha > 0 && alpha < 0.5)) {
            throw new BadInput(
                    "An alpha of " + alpha + " is not a valid error probability. It must be between 0 and 0.5.");
        }
        if (normalizeByRoofline && !metrics.isEmpty()) {
            throw new BadInput("--normalize roofline chooses the metrics itself (roofline_share and "
                    + "roofline_tflops). Leave out --metric.");
        }
    }

    /**
     * Parses a threshold as people write it.
     *
     * @param text such as {@code 3%} or {@code 0.03}
     * @return the share, between 0 and 1
     */
    public static double threshold(String text) {
        try {
            return DEFAULT.withThreshold(Share.parse(text)).threshold();
        } catch (NumberFormatException e) {
            throw new BadInput("'" + PlainText.of(text) + "' is not a threshold. Write 3% or 0.03 for 3 per cent.", e);
        }
    }

    public GatePolicy withAlpha(double other) {
        return new GatePolicy(threshold, other, certain, metrics, normalizeByRoofline, direction, floors);
    }

    public GatePolicy withThreshold(double other) {
        return new GatePolicy(other, alpha, certain, metrics, normalizeByRoofline, direction, floors);
    }

    /** The metrics to compare; empty for the usual one. */
    List<MetricLabel> labels() {
        return normalizeByRoofline
                ? List.of(MetricLabel.ROOFLINE_SHARE, MetricLabel.ROOFLINE_TFLOPS)
                : metrics.stream().map(MetricLabel::new).toList();
    }

    /**
     * Refuses a metric that no entry of a baseline has, before hours are spent on a comparison with it.
     *
     * @throws BadInput if there is none, or neither the user nor its name and unit determine which direction is better
     */
    public void requireIn(List<Entry> baseline) {
        for (MetricLabel label : labels()) {
            label.requireIn(baseline);
            baseline.stream()
                    .filter(entry -> label.of(entry).isPresent())
                    .forEach(entry -> label.direction(entry, direction));
        }
    }

    /**
     * Refuses a metric that no benchmark of this suite returns by itself, before anything is measured.
     *
     * @throws BadInput with the name that may have been meant
     */
    public void requireOurs() {
        for (MetricLabel label : labels()) {
            if (!label.equals(MetricLabel.SCORE) && MetricId.of(label.name()).isEmpty()) {
                List<String> known = Stream.concat(
                                Stream.of(MetricLabel.SCORE.name()),
                                Stream.of(MetricId.values()).map(MetricId::label))
                        .toList();
                throw DidYouMean.noSuch("metric", label.name(), known);
            }
        }
    }

    /** The threshold on the log scale: the same in both directions, so that swapping the files mirrors the verdicts. */
    double logThreshold() {
        return Math.log1p(threshold);
    }
}
