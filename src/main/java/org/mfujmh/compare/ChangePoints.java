package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.apache.commons.math3.util.CombinatoricsUtils;

/**
 * Finds where a series changed its level: E-divisive means (D. S. Matteson and N. A. James, JASA 109, 2014), as Apache
 * Otava and MongoDB's CI use it. The split with the largest energy distance between its two parts is a change point if
 * random permutations of the series rarely have one as large; each part is then split again. No distribution is
 * assumed, and a single outlier is not a change.
 */
final class ChangePoints {
    /** Fewest values on each side of a change: a single one could be an outlier. */
    private static final int SHORTEST = 2;

    private static final int PERMUTATIONS = 499;
    // Of a short series many orders tie, and p comes close to the limit: it has to be known better, and is soon.
    private static final int SHORT_SERIES = 30;
    private static final int PERMUTATIONS_OF_A_SHORT_SERIES = 4999;
    // MongoDB's CI takes 0.05; here two searches share a series, and a mark should be worth a look.
    private static final double SIGNIFICANT = 0.02;
    private static final double ROUNDING = 1e-9;
    /** The shortest series in which a change is found that only the last two values show. */
    static final int FEWEST_FOR_THE_LAST_TWO = 16;

    // The same series has the same change points, today and tomorrow.
    private static final long SEED = 20140101;

    private ChangePoints() {}

    /**
     * The shortest series in which a change can be found: with fewer values, even two parts that lie far apart are
     * found again in too large a share of all orders.
     */
    static int fewestValues() {
        int n = 2 * SHORTEST;
        while (shareOfTies(n, n / 2) > SIGNIFICANT) {
            n++;
        }
        return n;
    }

    /** The share of all orders that have the same parts as the series: the part of this many values first, or last. */
    private static double shareOfTies(int length, int part) {
        return 2 / CombinatoricsUtils.binomialCoefficientDouble(length, part);
    }

    /** The index of the first value after each change, in order. */
    static List<Integer> of(double[] series) {
        NavigableSet<Integer> bounds = new TreeSet<>(List.of(0, series.length));
        while (addNext(series, bounds, Reach.TO_THE_END) || addNext(series, bounds, Reach.ANY)) {
            // each turn adds one
        }
        bounds.remove(0);
        bounds.remove(series.length);
        return List.copyOf(bounds);
    }

    /**
     * Which values count as the part after a split. Using all values to the end detects a change by its second run; but
     * a drop that was later repaired may cancel out, and is found only if the part after it may end early.
     */
    private enum Reach {
        TO_THE_END,
        ANY
    }

    private static boolean addNext(double[] series, NavigableSet<Integer> bounds, Reach reach) {
        Split best = bestIn(series, bounds, reach);
        return best.statistic > 0
                && pValue(series, bounds, reach, best.statistic) <= SIGNIFICANT
                && bounds.add(best.at);
    }

    private record Split(int at, double statistic) {}

    /**
     * The share of random permutations within the segments that have a split at least as good as the one found; some
     * share above the limit where that is above it.
     */
    private static double pValue(double[] series, NavigableSet<Integer> bounds, Reach reach, double found) {
        Random random = new Random(SEED);
        int asLarge = 1;
        // Orders of the same two parts tie, but their sums differ by rounding.
        double asLargeAs = found * (1 - ROUNDING);
        int permutations = series.length <= SHORT_SERIES ? PERMUTATIONS_OF_A_SHORT_SERIES : PERMUTATIONS;
        // Once it is clear that the change is not significant, more permutations say nothing.
        int most = (int) (SIGNIFICANT * (permutations + 1));
        for (int i = 0; i < permutations && asLarge <= most; i++) {
            double[] shuffled = series.clone();
            for (int start : bounds.headSet(series.length)) {
                shuffle(shuffled, start, bounds.higher(start), random);
            }
            asLarge += bestIn(shuffled, bounds, reach).statistic >= asLargeAs ? 1 : 0;
        }
        return asLarge / (permutations + 1.0);
    }

    private static void shuffle(double[] values, int from, int to, Random random) {
        for (int i = to - 1; i > from; i--) {
            int j = from + random.nextInt(i - from + 1);
            double swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
    }

    private static Split bestIn(double[] series, NavigableSet<Integer> bounds, Reach reach) {
        List<Split> splits = new ArrayList<>(List.of(new Split(0, 0)));
        for (int start : bounds.headSet(series.length)) {
            Split split = best(Arrays.copyOfRange(series, start, bounds.higher(start)), reach);
            splits.add(new Split(start + split.at, split.statistic));
        }
        return splits.stream()
                .max((a, b) -> Double.compare(a.statistic, b.statistic))
                .orElseThrow();
    }

    /**
     * The split of a segment with the largest n m / (n + m) times the energy distance of its parts: twice the mean
     * distance between them, less the mean distance within each. The first part begins with the segment.
     */
    private static Split best(double[] segment, Reach reach) {
        Distances distances = new Distances(segment);
        int length = segment.length;
        Split best = new Split(0, 0);
        for (int at = SHORTEST; at <= length - SHORTEST; at++) {
            int first = reach == Reach.ANY ? at + SHORTEST : length;
            for (int end = first; end <= length; end++) {
                double n = at;
                double m = end - at;
                double energy = 2 * distances.sum(0, at, at, end) / (n * m)
                        - distances.sum(0, at, 0, at) / (n * (n - 1))
                        - distances.sum(at, end, at, end) / (m * (m - 1));
                double statistic = n * m / (n + m) * energy;
                best = statistic > best.statistic ? new Split(at, statistic) : best;
            }
        }
        return best;
    }

    /** Sums of all pairwise distances in a rectangle of pairs, from a table of running sums. */
    private static final class Distances {
        private final int width;
        private final double[] sums;

        Distances(double[] values) {
            width = values.length + 1;
            sums = new double[width * width];
            for (int i = 1; i < width; i++) {
                for (int j = 1; j < width; j++) {
                    sums[i * width + j] = Math.abs(values[i - 1] - values[j - 1])
                            + sums[(i - 1) * width + j]
                            + sums[i * width + j - 1]
                            - sums[(i - 1) * width + j - 1];
                }
            }
        }

        /** Over i in [fromI, toI) and j in [fromJ, toJ). */
        double sum(int fromI, int toI, int fromJ, int toJ) {
            return sums[toI * width + toJ]
                    - sums[fromI * width + toJ]
                    - sums[toI * width + fromJ]
                    + sums[fromI * width + fromJ];
        }
    }
}
