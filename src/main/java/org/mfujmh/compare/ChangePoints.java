package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;

/**
 * Where a series changed its level: E-divisive means (D. S. Matteson and N. A. James, JASA 109, 2014), as
 * Apache Otava and MongoDB's CI use it. The split with the largest energy distance between what is before and
 * after is a change point where random orders of the series seldom have one as large; then the same within
 * each part. No distribution is assumed, and one odd value is not a change.
 */
final class ChangePoints {
    /** Values on each side of a change: one alone could as well be an outlier. */
    private static final int SHORTEST = 2;

    private static final int PERMUTATIONS = 199;
    private static final double SIGNIFICANT = 0.05;
    // The same series has the same change points, today and tomorrow.
    private static final long SEED = 20140101;

    private ChangePoints() {}

    /** The index of the first value after each change, in order. */
    static List<Integer> of(double[] series) {
        Random random = new Random(SEED);
        NavigableSet<Integer> bounds = new TreeSet<>(List.of(0, series.length));
        while (true) {
            Split best = bestIn(series, bounds);
            if (best.statistic <= 0 || pValue(series, bounds, best.statistic, random) > SIGNIFICANT) {
                bounds.remove(0);
                bounds.remove(series.length);
                return List.copyOf(bounds);
            }
            bounds.add(best.at);
        }
    }

    private record Split(int at, double statistic) {}

    /** How often the segments, each shuffled in itself, have a split as good as the one found. */
    private static double pValue(double[] series, NavigableSet<Integer> bounds, double found, Random random) {
        int asLarge = 1;
        for (int i = 0; i < PERMUTATIONS; i++) {
            double[] shuffled = series.clone();
            for (int start : bounds.headSet(series.length)) {
                shuffle(shuffled, start, bounds.higher(start), random);
            }
            asLarge += bestIn(shuffled, bounds).statistic >= found ? 1 : 0;
        }
        return asLarge / (PERMUTATIONS + 1.0);
    }

    private static void shuffle(double[] values, int from, int to, Random random) {
        for (int i = to - 1; i > from; i--) {
            int j = from + random.nextInt(i - from + 1);
            double swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
    }

    private static Split bestIn(double[] series, NavigableSet<Integer> bounds) {
        List<Split> splits = new ArrayList<>(List.of(new Split(0, 0)));
        for (int start : bounds.headSet(series.length)) {
            Split split = best(Arrays.copyOfRange(series, start, bounds.higher(start)));
            splits.add(new Split(start + split.at, split.statistic));
        }
        return splits.stream()
                .max((a, b) -> Double.compare(a.statistic, b.statistic))
                .orElseThrow();
    }

    /**
     * The split of a segment into n and m values with the largest n m / (n + m) times their energy distance:
     * twice the mean distance between the parts, less the mean distance within each.
     */
    private static Split best(double[] segment) {
        Split best = new Split(0, 0);
        int length = segment.length;
        double within = 0;
        double between = 0;
        double after = 0;
        for (int i = 0; i < length; i++) {
            for (int j = i + 1; j < length; j++) {
                after += Math.abs(segment[i] - segment[j]);
            }
        }
        for (int n = 1; n <= length - SHORTEST; n++) {
            // The value that changes sides: its distances to what is before it, and to what is after.
            double toBefore = 0;
            double toAfter = 0;
            for (int j = 0; j < length; j++) {
                double distance = Math.abs(segment[n - 1] - segment[j]);
                toBefore += j < n - 1 ? distance : 0;
                toAfter += j > n - 1 ? distance : 0;
            }
            within += toBefore;
            after -= toAfter;
            between += toAfter - toBefore;
            double m = length - n;
            if (n >= SHORTEST) {
                double energy = 2 * between / (n * m) - within / (n * (n - 1) / 2.0) - after / (m * (m - 1) / 2.0);
                double statistic = n * m / length * energy;
                best = statistic > best.statistic ? new Split(n, statistic) : best;
            }
        }
        return best;
    }
}
