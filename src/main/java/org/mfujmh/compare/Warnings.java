package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.distribution.FDistribution;
import org.mfujmh.results.Metric;

/**
 * Reasons not to trust a comparison, as sentences. A pattern is reported only if chance produces it in at most about 1
 * % of samples, and if it is large enough to matter (1 %).
 */
final class Warnings {
    private static final double RARE = 0.01;
    private static final double MATTERS = 0.01;
    private static final int ENOUGH_FORKS = 5;

    private Warnings() {}

    /** Warnings about two samples with at least three forks each; if one has a zero, without those in per cent. */
    static List<String> about(Metric baseline, Metric current) {
        boolean positive =
                Sample.ofForks(baseline).isPositive() && Sample.ofForks(current).isPositive();
        Sample before = positive ? Sample.ofForks(baseline).log() : Sample.ofForks(baseline);
        Sample after = positive ? Sample.ofForks(current).log() : Sample.ofForks(current);
        List<String> found = new ArrayList<>();
        int fewer = Math.min(before.size(), after.size());
        if (fewer < ENOUGH_FORKS) {
            found.add(before.size() + " forks against " + after.size() + ": with fewer than " + ENOUGH_FORKS
                    + " per side only large changes are detected");
        }
        if (Math.max(before.size(), after.size()) > 2 * fewer) {
            found.add(before.size() + " forks against " + after.size()
                    + ": more than twice as many on one side"
                    + (fewer < ENOUGH_FORKS ? "" : ", which raises more false alarms if the other side is noisier"));
        }
        addIf(found, positive ? unequalVariances(before, after) : "");
        for (Side side : List.of(new Side("the baseline", baseline, before), new Side("the new run", current, after))) {
            // Nothing at all is measured alike by every fork: no allocation, no throttling.
            if (side.logs.variance() == 0 && !Sample.ofForks(side.metric).isZero()) {
                found.add("all forks of " + side.name + " have exactly the same value: was it measured?");
            }
            if (!positive) {
                continue;
            }
            addIf(found, outlier(side));
            addIf(found, twoModes(side));
            addIf(found, drift(side));
        }
        return found;
    }

    private record Side(String name, Metric metric, Sample logs) {}

    private static void addIf(List<String> found, String warning) {
        if (!warning.isEmpty()) {
            found.add(warning);
        }
    }

    /** The F test, if one side's standard deviation is also more than twice the other's. */
    private static String unequalVariances(Sample before, Sample after) {
        Sample wide = before.variance() > after.variance() ? before : after;
        Sample narrow = wide == before ? after : before;
        double ratio = wide.variance() / narrow.variance();
        if (narrow.variance() == 0 || ratio < 4) {
            return "";
        }
        double p = 2 * (1 - new FDistribution(null, wide.size() - 1, narrow.size() - 1).cumulativeProbability(ratio));
        return p > RARE
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%s is %.1f times as noisy as %s",
                        wide == before ? "the baseline" : "the new run",
                        Math.sqrt(ratio),
                        wide == before ? "the new run" : "the baseline");
    }

    /** Grubbs' test (F. E. Grubbs, Technometrics 11, 1969), two-sided. */
    private static String outlier(Side side) {
        double[] logs = side.logs.values();
        double mean = side.logs.mean();
        int farthest = 0;
        for (int i = 0; i < logs.length; i++) {
            farthest = Math.abs(logs[i] - mean) > Math.abs(logs[farthest] - mean) ? i : farthest;
        }
        double[] others = new double[logs.length - 1];
        System.arraycopy(logs, 0, others, 0, farthest);
        System.arraycopy(logs, farthest + 1, others, farthest, others.length - farthest);
        double away = logs[farthest] - Sample.ofForkMeans(others).mean();
        double g = Math.abs(logs[farthest] - mean) / Math.sqrt(side.logs.variance());
        if (logs.length < ENOUGH_FORKS || !(g > grubbsCritical(logs.length, RARE)) || Math.abs(away) < MATTERS) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "fork %d of %s is an outlier, %+.1f %% from the others",
                farthest + 1,
                side.name,
                100 * Math.expm1(away));
    }

    /** The two-sided critical value of Grubbs' statistic for n values. */
    static double grubbsCritical(int n, double alpha) {
        double t = StudentT.quantile(n - 2.0, 1 - alpha / (2 * n));
        return (n - 1) / Math.sqrt(n) * Math.sqrt(t * t / (n - 2 + t * t));
    }

    /**
     * Detects two groups of forks that are each much narrower than the gap between them: the best split into two groups
     * of two or more leaves almost none of the variance. The limit, 0.006 n of the sum of squares for eight forks or
     * more, is met by at most one of 200 normal samples (simulated).
     */
    private static String twoModes(Side side) {
        double[] sorted = side.logs.values();
        Arrays.sort(sorted);
        int n = sorted.length;
        double limit = Math.min(0.15, 0.006 * n) * sumOfSquares(sorted);
        for (int split = 2; n >= 8 && split <= n - 2; split++) {
            double[] low = Arrays.copyOfRange(sorted, 0, split);
            double[] high = Arrays.copyOfRange(sorted, split, n);
            double apart =
                    Sample.ofForkMeans(high).mean() - Sample.ofForkMeans(low).mean();
            if (sumOfSquares(low) + sumOfSquares(high) < limit && apart > MATTERS) {
                return String.format(
                        Locale.ROOT,
                        "the forks of %s have two modes, %d and %d forks %.1f %% apart",
                        side.name,
                        low.length,
                        high.length,
                        100 * Math.expm1(apart));
            }
        }
        return "";
    }

    private static double sumOfSquares(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
    }

    /** A trend over the iterations that the forks share: its mean over the forks, by Student's t. */
    private static String drift(Side side) {
        double[][] forks = side.metric.rawData();
        if (forks.length < Sample.FEWEST_FORKS || Arrays.stream(forks).anyMatch(fork -> fork.length < 3)) {
            return "";
        }
        double[] drifts = Arrays.stream(forks).mapToDouble(Warnings::drift).toArray();
        Interval mean = Sample.ofForkMeans(drifts).meanInterval(1 - RARE);
        boolean seen = mean.low() > 0 || mean.high() < 0;
        if (!seen || Math.abs(mean.estimate()) < MATTERS) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "%s drifts by %+.1f %% from the first to the last iteration of a fork: too little warm-up, or "
                        + "throttling?",
                side.name,
                100 * Math.expm1(mean.estimate()));
    }

    /** The least-squares slope of the logs over the iterations, times the number of steps from first to last. */
    private static double drift(double[] iterations) {
        double middle = (iterations.length - 1) / 2.0;
        double product = 0;
        double squares = 0;
        for (int i = 0; i < iterations.length; i++) {
            product += (i - middle) * Math.log(iterations[i]);
            squares += (i - middle) * (i - middle);
        }
        return product / squares * (iterations.length - 1);
    }
}
