package org.mfujmh.results;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** One metric of an entry as JMH wrote it: a score with its unit, and the values behind it. */
public final class Metric {
    private final String unit;
    private final double score;
    private final double[][] rawData;

    /** What each iteration counts in its fork's mean, in the shape of the raw data; null if all count alike. */
    private final double[][] weights;

    /**
     * @param unit as written, such as {@code ops/s}
     * @param score as reported; NaN if JMH had none
     * @param rawData one row per fork, one value per iteration; rows may differ in length. Empty if the values were not
     *     kept
     */
    public Metric(String unit, double score, double[][] rawData) {
        this(unit, score, rawData, null);
    }

    private Metric(String unit, double score, double[][] rawData, double[][] weights) {
        this.unit = unit;
        this.score = score;
        this.rawData = copy(rawData);
        this.weights = weights;
    }

    /**
     * A share whose mean over iterations weighs each by what it is a share of. The mean is then the sum of what was
     * reached over the sum of what could be. Unweighted, an iteration during which the denominator was misread as a
     * tenth would count ten times as much as any other.
     *
     * @param denominator measured in the same iterations; one of another shape, or with a value that is not above zero,
     *     has no effect
     */
    Metric weightedBy(Metric denominator) {
        boolean fits = denominator.rawData.length == rawData.length
                && IntStream.range(0, rawData.length)
                        .allMatch(fork -> denominator.rawData[fork].length == rawData[fork].length)
                && Arrays.stream(denominator.rawData)
                        .flatMapToDouble(Arrays::stream)
                        .allMatch(value -> value > 0 && Double.isFinite(value));
        return fits ? new Metric(unit, score, rawData, denominator.rawData) : this;
    }

    public String unit() {
        return unit;
    }

    /** The reported score: JMH's mean over all iterations of all forks, or NaN. */
    public double score() {
        return score;
    }

    /** Forks by iterations. In JMH's sample mode, the value of an iteration is its mean sample. */
    public double[][] rawData() {
        return copy(rawData);
    }

    /**
     * The mean of each fork: the independent samples. NaN for a fork with a value that is not a number, or without
     * values. Without raw data, the score is the only sample. A share whose denominator was measured in the same
     * iterations is the mean of its numerator over the mean of its denominator.
     */
    public double[] forkMeans() {
        if (rawData.length == 0) {
            return new double[] {score};
        }
        return IntStream.range(0, rawData.length).mapToDouble(this::forkMean).toArray();
    }

    private double forkMean(int fork) {
        double[] values = rawData[fork];
        if (weights == null || values.length == 0) {
            return Arrays.stream(values).average().orElse(Double.NaN);
        }
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += weights[fork][i] * values[i];
        }
        return sum / Arrays.stream(weights[fork]).sum();
    }

    /** The metric converted to another unit; empty if the units are not convertible. */
    public Optional<Metric> in(String other) {
        if (other.equals(unit)) {
            return Optional.of(this);
        }
        OptionalDouble factor = Unit.factor(unit, other);
        return factor.isEmpty() ? Optional.empty() : Optional.of(times(factor.getAsDouble(), other));
    }

    private Metric times(double factor, String newUnit) {
        double[][] converted = Arrays.stream(rawData)
                .map(fork -> Arrays.stream(fork).map(value -> value * factor).toArray())
                .toArray(double[][]::new);
        return new Metric(newUnit, score * factor, converted, weights);
    }

    private static double[][] copy(double[][] rows) {
        return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    }

    @Override
    public String toString() {
        return score + " " + unit + " " + Arrays.deepToString(rawData);
    }
}
