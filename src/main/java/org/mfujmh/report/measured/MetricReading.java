package org.mfujmh.report.measured;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mfujmh.compare.Interval;
import org.mfujmh.compare.Sample;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Metric;
import org.mfujmh.results.Unit;

/**
 * One metric of one measurement.
 *
 * @param interval the mean over forks, with its 99 % interval if there are enough forks
 * @param forks number of forks
 * @param metric as in the file
 */
public record MetricReading(Interval interval, int forks, Metric metric) {
    /**
     * @param label {@code score} for the primary metric
     * @return empty if there is none, or if it is not a number
     */
    static Optional<MetricReading> of(Entry entry, String label) {
        Optional<Metric> metric = label.equals(Measured.SCORE) ? Optional.of(entry.primary()) : entry.secondary(label);
        return metric.map(MetricReading::of).filter(reading -> Double.isFinite(reading.value()));
    }

    private static MetricReading of(Metric metric) {
        Sample sample = Sample.ofForks(metric);
        return new MetricReading(sample.meanInterval(), sample.size(), metric);
    }

    public double value() {
        return interval.estimate();
    }

    public double low() {
        return interval.low();
    }

    public double high() {
        return interval.high();
    }

    /** For people; see {@link Unit#inWords}. */
    public String unit() {
        return Unit.inWords(metric.unit());
    }

    /** The mean of each fork that has one. */
    public double[] forkMeans() {
        return Arrays.stream(metric.forkMeans()).filter(Double::isFinite).toArray();
    }

    /** The mean over forks at each iteration that all forks have; empty for fewer than two. */
    public double[] iterationMeans() {
        double[][] rows = metric.rawData();
        int shared = Arrays.stream(rows).mapToInt(fork -> fork.length).min().orElse(0);
        return shared < 2
                ? new double[0]
                : IntStream.range(0, shared)
                        .mapToDouble(i -> Arrays.stream(rows)
                                .mapToDouble(fork -> fork[i])
                                .average()
                                .orElseThrow())
                        .toArray();
    }

    /** The last of {@link #iterationMeans} divided by the first, minus 1; NaN if there are none. */
    public double drift() {
        double[] means = iterationMeans();
        return means.length == 0 ? Double.NaN : means[means.length - 1] / means[0] - 1;
    }
}
