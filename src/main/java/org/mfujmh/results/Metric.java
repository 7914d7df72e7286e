package org.mfujmh.results;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/** One metric of an entry as JMH wrote it: a score with its unit, and the values it came from. */
public final class Metric {
    private final String unit;
    private final double score;
    private final double[][] rawData;

    /**
     * @param unit as written, such as {@code ops/s}
     * @param score as reported; NaN where JMH had none
     * @param rawData one row a fork, one value an iteration; rows may differ in length. No row: nobody kept them
     */
    public Metric(String unit, double score, double[][] rawData) {
        this.unit = unit;
        this.score = score;
        this.rawData = copy(rawData);
    }

    public String unit() {
        return unit;
    }

    /** As reported: for JMH the mean over all iterations of all forks, or NaN. */
    public double score() {
        return score;
    }

    /** Forks by iterations. In JMH's sample mode the values of an iteration are its mean sample. */
    public double[][] rawData() {
        return copy(rawData);
    }

    /**
     * The mean of each fork: the independent samples. NaN for a fork that gave a value that is not a number,
     * or none. Where no raw data was kept, the score is the one sample there is.
     */
    public double[] forkMeans() {
        if (rawData.length == 0) {
            return new double[] {score};
        }
        return Arrays.stream(rawData)
                .mapToDouble(fork -> Arrays.stream(fork).average().orElse(Double.NaN))
                .toArray();
    }

    /** The same in another unit; empty where its unit does not convert into that one. */
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
