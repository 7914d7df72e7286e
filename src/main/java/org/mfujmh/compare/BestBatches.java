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
import org.mfujmh.results.DeviceTitles;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Metric;

/**
 * Picks each device's fastest batch by tokens/s. Devices are measured at the batches that fit into their memory, so the
 * batches of two devices rarely match.
 */
final class BestBatches {
    private BestBatches() {}

    /** Whether each column is one device, and there are several. */
    static boolean arePossible(List<Placed> placed, DeviceTitles titles) {
        Map<String, Set<String>> devices = placed.stream()
                .collect(Collectors.groupingBy(
                        Placed::column,
                        Collectors.mapping(one -> titles.of(one.entry()).orElse(""), Collectors.toSet())));
        long different =
                devices.values().stream().flatMap(Collection::stream).distinct().count();
        return different > 1 && devices.values().stream().allMatch(ofColumn -> ofColumn.size() == 1);
    }

    /**
     * The best entry for each column and row.
     *
     * @param line the row of an entry, regardless of its batch
     * @return in the given order; empty if batches cannot be compared because an entry has no tokens/s
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
