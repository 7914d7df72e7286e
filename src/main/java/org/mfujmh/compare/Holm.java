package org.mfujmh.compare;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Holm's step-down correction (S. Holm, Scand. J. Statist. 6, 1979): with k hypotheses, the probability of rejecting
 * any true one stays below alpha. The i-th smallest p is compared with alpha / (k - i + 1), and the procedure stops at
 * the first that fails.
 *
 * @param rejected for each hypothesis, in the given order
 * @param levels the level at which each was decided: its own if rejected, otherwise the level at which the procedure
 *     stopped, since no higher level was used. So a hypothesis is rejected exactly if its p is at most its level
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
