package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mfujmh.results.Metric;

/**
 * The independent observations of a metric: one value per fork. Deliberately, a sample cannot be built from iterations.
 */
public final class Sample {
    /** Fewer forks than this give no interval and no verdict: two values say almost nothing about their spread. */
    public static final int FEWEST_FORKS = 3;

    private final double[] values;

    private Sample(double[] values) {
        this.values = values;
    }

    /** The mean of each fork of a metric, as reported. */
    public static Sample ofForks(Metric metric) {
        return new Sample(metric.forkMeans());
    }

    /** A sample of fork means. */
    public static Sample ofForkMeans(double... forkMeans) {
        return new Sample(forkMeans.clone());
    }

    /** The number of forks. */
    public int size() {
        return values.length;
    }

    /** The values in the order of the forks. */
    public double[] values() {
        return values.clone();
    }

    /** The logarithms; a value that is not above zero becomes NaN or infinite, see {@link #isPositive}. */
    Sample log() {
        return new Sample(Arrays.stream(values).map(Math::log).toArray());
    }

    /** Whether every value is a finite number above zero, as speeds have to be for a comparison. */
    boolean isPositive() {
        return size() > 0 && Arrays.stream(values).allMatch(value -> value > 0 && Double.isFinite(value));
    }

    /** Whether every value is exactly 0. */
    boolean isZero() {
        return size() > 0 && Arrays.stream(values).allMatch(value -> value == 0);
    }

    /** The mean; NaN if there is no value, or one is NaN. */
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

    /** The interval of the mean at {@link Interval#CONFIDENCE}. */
    public Interval meanInterval() {
        return meanInterval(Interval.CONFIDENCE);
    }

    /**
     * Student's t interval of the mean: mean plus or minus t(n-1) s / sqrt(n). If every value is above zero, as rates
     * are, the interval is cut off at zero: the mean cannot be negative, so the coverage stays the same.
     *
     * @param confidence such as 0.99
     * @return without ends, and with a warning, for fewer than three forks
     */
    public Interval meanInterval(double confidence) {
        double mean = mean();
        if (Double.isNaN(mean)) {
            return new Interval(
                    mean, mean, mean, confidence, List.of("There is no value: a fork returned none, or NaN."));
        }
        if (size() < FEWEST_FORKS) {
            String forks = size() == 1 ? "A single measurement" : size() + " forks";
            return new Interval(
                    mean,
                    Double.NaN,
                    Double.NaN,
                    confidence,
                    List.of(forks + ": an interval needs at least " + FEWEST_FORKS + " forks."));
        }
        List<String> warnings = new ArrayList<>();
        if (variance() == 0) {
            warnings.add("All " + size() + " forks have exactly the same value.");
        }
        double t = StudentT.quantile(size() - 1.0, (1 + confidence) / 2);
        double half = t * Math.sqrt(variance() / size());
        double low = isPositive() ? Math.max(0, mean - half) : mean - half;
        return new Interval(mean, low, mean + half, confidence, warnings);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
