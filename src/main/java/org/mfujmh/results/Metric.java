package org.mfujmh.results;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/** One metric of an entry as JMH wrote it: a score with its unit, and the values behind it. */
public final class Metric {
    private final String unit;
    private final double score;
    private final double[][] rawData;

    /**
     * @param unit as written, such as {@code ops/s}
     * @param score as reported; NaN if JMH had none
     * @param rawData one row per fork, one value per iteration; rows may differ in length. Empty if the values were not
     *     kept
     */
    public Metric(String unit, double score, double[][] rawData) {
        this.unit = unit;
        this.score = score;
        this.rawData = copy(rawData);
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
     * values. Without raw data, the score is the only sample.
     */
    public double[] forkMeans() {
        if (rawData.length == 0) {
            return new double[] {score};
        }
        return Arrays.stream(rawData)
                .mapToDouble(fork -> Arrays.stream(fork).average().orElse(Double.NaN))
                .toArray();
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
        return new Metric(newUnit, score * factor, converted);
    }

    private static double[][] copy(double[][] rows) {
        return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    }

    @Override
    public String toString() {
        return score + " " + unit + " " + Arrays.deepToString(rawData);
    }
}
