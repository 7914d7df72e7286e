package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;
import org.mfujmh.results.Metric;

/**
 * The independent observations of a metric: one value a fork. There is no way to make one of iterations.
 */
public final class Sample {
    /** Below this no interval is shown and no verdict given: two values say next to nothing of their spread. */
    public static final int FEWEST_FORKS = 3;

    private final double[] values;

    private Sample(double[] values) {
        this.values = values;
    }

    /** The mean of each fork of a metric, as reported. */
    public static Sample ofForks(Metric metric) {
        return new Sample(metric.forkMeans());
    }

    /** Values that are fork means already. */
    public static Sample ofForkMeans(double... forkMeans) {
        return new Sample(forkMeans.clone());
    }

    /** How many forks. */
    public int size() {
        return values.length;
    }

    /** In the order of the forks. */
    public double[] values() {
        return values.clone();
    }

    /** On the log scale; a value that is not above zero becomes NaN or infinite, see {@link #isPositive}. */
    Sample log() {
        return new Sample(Arrays.stream(values).map(Math::log).toArray());
    }

    /** Whether every value is a number above zero: what a speed has to be, to be compared. */
    boolean isPositive() {
        return size() > 0 && Arrays.stream(values).allMatch(value -> value > 0 && Double.isFinite(value));
    }

    /** Whether every value is exactly 0. */
    boolean isZero() {
        return size() > 0 && Arrays.stream(values).allMatch(value -> value == 0);
    }

    /** NaN where there is no value, or one is NaN. */
    public double mean() {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    /** The unbiased variance; NaN for fewer than two values. */
    double variance() {
        double mean = mean();
        double squares = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
        return size() < 2 ? Double.NaN : squares / (size() - 1);
    }

    /** Standard deviation over mean: the noise between forks. NaN for fewer than two values. */
    public double coefficientOfVariation() {
        return Math.sqrt(variance()) / Math.abs(mean());
    }

    /** The interval of the mean that is shown, of {@link Interval#CONFIDENCE}. */
    public Interval meanInterval() {
        return meanInterval(Interval.CONFIDENCE);
    }

    /**
     * Student's t interval of the mean: mean plus or minus t(n-1) s / sqrt(n). Where every value is above zero, as
     * a rate is, the part below zero is left out: the mean of such values can't lie there, so that the interval
     * holds it as often as before.
     *
     * @param confidence such as 0.99
     * @return with a warning, and without ends, for fewer than three forks
     */
    public Interval meanInterval(double confidence) {
        double mean = mean();
        if (Double.isNaN(mean)) {
            return new Interval(mean, mean, mean, confidence, List.of("There is no value: a fork gave none, or NaN."));
        }
        if (size() < FEWEST_FORKS) {
            String forks = size() == 1 ? "A single measurement" : size() + " forks";
            return new Interval(
                    mean,
                    Double.NaN,
                    Double.NaN,
                    confidence,
                    List.of(forks + ": no interval below " + FEWEST_FORKS + " forks."));
        }
        List<String> warnings = new ArrayList<>();
        if (variance() == 0) {
            warnings.add("All " + size() + " forks gave the very same value.");
        }
        double t = new TDistribution(null, size() - 1.0).inverseCumulativeProbability((1 + confidence) / 2);
        double half = t * Math.sqrt(variance() / size());
        double low = isPositive() ? Math.max(0, mean - half) : mean - half;
        return new Interval(mean, low, mean + half, confidence, warnings);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
