package org.mfujmh.compare;

import java.util.List;
import java.util.Optional;
import org.mfujmh.BadInput;
import org.mfujmh.results.PlainText;
import org.mfujmh.schema.Direction;

/**
 * The questions of a gate.
 *
 * @param threshold the smallest change that matters, as a share: 0.03 means a ratio below 1/1.03 or above 1.03
 * @param alpha the chance, a direction, to see any change where there is none, over all measurements; 0.0225
 *     a look where a second look may follow
 * @param certain whether the whole interval has to lie beyond the threshold, and not the estimate alone
 * @param metrics labels to hold, {@code score} for the primary; empty: {@code tokens_per_s} where both have it,
 *     else the score
 * @param normalizeByRoofline whether to hold the share of the roofline measured beside each iteration, and the
 *     roofline beside it, instead of the raw metric
 * @param direction which way the metrics are better, where neither their names nor their units say
 * @param floors below which a change is none, however large its ratio is
 */
public record GatePolicy(
        double threshold,
        double alpha,
        boolean certain,
        List<String> metrics,
        boolean normalizeByRoofline,
        Optional<Direction> direction,
        Floors floors) {

    /** With the floors that apply where nobody chose. */
    public GatePolicy(
            double threshold,
            double alpha,
            boolean certain,
            List<String> metrics,
            boolean normalizeByRoofline,
            Optional<Direction> direction) {
        this(threshold, alpha, certain, metrics, normalizeByRoofline, direction, Floors.DEFAULT);
    }

    /** Three per cent, five per cent a direction. */
    public static final GatePolicy DEFAULT = new GatePolicy(0.03, 0.05, false, List.of(), false, Optional.empty());

    /**
     * For a look that a second one may follow: both together keep to 5 % a direction. Half of that would be 0.025;
     * but t's tails are a little too thin where five forks are three times as noisy as the baseline's ten, and
     * twelve measurements then came out at 5.3 % (simulated, standard error 0.1 %).
     */
    public static final double ALPHA_A_LOOK = 0.0225;

    public GatePolicy {
        metrics = List.copyOf(metrics);
        if (!(threshold > 0 && threshold < 1)) {
            throw new BadInput("A threshold of " + threshold
                    + " is no share between 0 and 1: write 3% or 0.03 for three per cent.");
        }
        if (!(alpha > 0 && alpha < 0.5)) {
            throw new BadInput("An alpha of " + alpha + " is no chance of error: it lies between 0 and 0.5.");
        }
        if (normalizeByRoofline && !metrics.isEmpty()) {
            throw new BadInput("--normalize roofline chooses the metrics itself (roofline_share, with roofline_tflops"
                    + " beside it): leave out --metric.");
        }
    }

    /**
     * Reads a threshold as people write it.
     *
     * @param text such as {@code 3%} or {@code 0.03}
     * @return the share, between 0 and 1
     */
    public static double threshold(String text) {
        try {
            String number = text.strip();
            boolean percent = number.endsWith("%");
            double value = Double.parseDouble(percent ? number.substring(0, number.length() - 1) : number);
            return DEFAULT.withThreshold(percent ? value / 100 : value).threshold();
        } catch (NumberFormatException e) {
            throw new BadInput("'" + PlainText.of(text) + "' is no threshold: write 3% or 0.03 for three per cent.", e);
        }
    }

    public GatePolicy withAlpha(double other) {
        return new GatePolicy(threshold, other, certain, metrics, normalizeByRoofline, direction, floors);
    }

    public GatePolicy withThreshold(double other) {
        return new GatePolicy(other, alpha, certain, metrics, normalizeByRoofline, direction, floors);
    }

    /** The threshold on the log scale: the same both ways, so that swapping the files mirrors the verdicts. */
    double logThreshold() {
        return Math.log1p(threshold);
    }
}
