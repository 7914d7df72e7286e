package org.mfujmh.compare;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Holm's step-down correction (S. Holm, Scand. J. Statist. 6, 1979): with k hypotheses, the chance to reject
 * any true one stays below alpha. The i-th smallest p is held against alpha / (k - i + 1), and the first that
 * fails ends it.
 *
 * @param rejected for each hypothesis, in the order given
 * @param levels the level at which each was decided: its own for those rejected, and for all others the one
 *     at which the procedure stopped, since no level above it was ever used. So p is at most its level exactly
 *     where rejected
 */
record Holm(List<Boolean> rejected, List<Double> levels) {

    static Holm of(List<Double> p, double alpha) {
        int k = p.size();
        int[] bySize = IntStream.range(0, k)
                .boxed()
                .sorted(Comparator.comparing(p::get))
                .mapToInt(Integer::intValue)
                .toArray();
        Boolean[] rejected = new Boolean[k];
        Double[] levels = new Double[k];
        boolean stopped = false;
        double level = 0;
        for (int rank = 0; rank < k; rank++) {
            int i = bySize[rank];
            if (!stopped) {
                level = alpha / (k - rank);
                stopped = p.get(i) > level;
            }
            rejected[i] = !stopped;
            levels[i] = level;
        }
        return new Holm(List.of(rejected), List.of(levels));
    }
}
