package org.mfujmh.search;

import java.util.List;
import java.util.OptionalDouble;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * Peak memory as a linear function of the batch: a fixed part plus a part per sequence. A least-squares fit through the
 * probes whose pass completed.
 */
public final class MemoryLine {
    /** Two points always lie on a line, so an interval needs a third. */
    private static final int FEWEST_FOR_INTERVAL = 3;

    private final SimpleRegression regression = new SimpleRegression();
    private final double meanBatch;

    private MemoryLine(List<Probe> completed) {
        completed.forEach(probe -> regression.addData(
                probe.batch(), (double) probe.verdict().use().orElseThrow().passPeakBytes()));
        meanBatch = completed.stream().mapToInt(Probe::batch).average().orElse(Double.NaN);
    }

    /** Fits the line through the probes that have a measurement. */
    public static MemoryLine through(List<Probe> probes) {
        return new MemoryLine(probes.stream()
                .filter(probe -> probe.verdict().use().isPresent())
                .toList());
    }

    /** The number of measured points; below 2 there is no line. */
    public long points() {
        return regression.getN();
    }

    /** Memory per sequence; NaN below 2 points. */
    public double bytesPerSequence() {
        return regression.getSlope();
    }

    /** Memory independent of the batch, including the process; NaN below 2 points. */
    public double fixedBytes() {
        return regression.getIntercept();
    }

    /** Half-width of the slope's interval; empty below 3 points. */
    public OptionalDouble bytesPerSequenceHalfWidth(double confidence) {
        return points() < FEWEST_FOR_INTERVAL
                ? OptionalDouble.empty()
                : OptionalDouble.of(regression.getSlopeConfidenceInterval(1 - confidence));
    }

    /** The predicted memory at a batch. */
    public double at(int batch) {
        return regression.predict(batch);
    }

    /**
     * Half-width of the prediction interval for one more measurement at that batch: t(n-2) s sqrt(1 + 1/n + (b -
     * mean)^2 / Sxx). Empty below 3 points.
     */
    public OptionalDouble halfWidth(int batch, double confidence) {
        if (points() < FEWEST_FOR_INTERVAL) {
            return OptionalDouble.empty();
        }
        double n = points();
        double t = new TDistribution(n - 2).inverseCumulativeProbability((1 + confidence) / 2);
        double distance = batch - meanBatch;
        double spread = 1 + 1 / n + distance * distance / regression.getXSumSquares();
        return OptionalDouble.of(t * Math.sqrt(regression.getMeanSquareError() * spread));
    }
}
