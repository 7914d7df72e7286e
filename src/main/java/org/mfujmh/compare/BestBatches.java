package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mfujmh.compare.Grid.Placed;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Metric;
import org.mfujmh.schema.RunProperty;

/**
 * Each device at the batch that gives it the most tokens/s. Devices are measured at the batches that their memories hold,
 * so that equal batches line up by luck alone.
 */
final class BestBatches {
    private BestBatches() {}

    /** Whether each column is one device, and there are several. */
    static boolean arePossible(List<Placed> placed) {
        Map<String, Set<String>> devices = placed.stream()
                .collect(Collectors.groupingBy(
                        Placed::column,
                        Collectors.mapping(
                                one -> one.entry().property(RunProperty.DEVICE).orElse(""), Collectors.toSet())));
        long different =
                devices.values().stream().flatMap(Collection::stream).distinct().count();
        return different > 1 && devices.values().stream().allMatch(ofColumn -> ofColumn.size() == 1);
    }

    /**
     * Of the entries of one column and line the best.
     *
     * @param line of an entry, whatever its batch
     * @return in the order given; empty where batches cannot be held against each other, for want of tokens/s
     */
    static Optional<List<Placed>> of(List<Placed> placed, Function<Entry, Object> line) {
        Map<List<Object>, Placed> best = new LinkedHashMap<>();
        for (Placed one : placed) {
            List<Object> cell = List.of(one.column(), line.apply(one.entry()));
            Placed other = best.putIfAbsent(cell, one);
            if (other == null) {
                continue;
            }
            Optional<Double> speed = tokensPerSecond(one.entry());
            Optional<Double> before = tokensPerSecond(other.entry());
            if (speed.isEmpty() || before.isEmpty()) {
                return Optional.empty();
            }
            // NaN is never the larger.
            if (speed.get() > before.get() || before.get().isNaN()) {
                best.put(cell, one);
            }
        }
        return Optional.of(new ArrayList<>(best.values()));
    }

    private static Optional<Double> tokensPerSecond(Entry entry) {
        Optional<Metric> metric = MetricLabel.TOKENS_PER_SECOND.of(entry);
        return metric.map(one -> Sample.ofForks(one).mean());
    }
}
