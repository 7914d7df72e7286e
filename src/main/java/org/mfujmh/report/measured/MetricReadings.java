package org.mfujmh.report.measured;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.results.Entry;

/** The metrics of one entry, each worked out the first time that it is asked for: every section asks again. */
final class MetricReadings {
    private final Entry entry;
    private final Map<String, Optional<MetricReading>> known = new HashMap<>();

    MetricReadings(Entry entry) {
        this.entry = entry;
    }

    Optional<MetricReading> of(String metric) {
        return known.computeIfAbsent(metric, label -> MetricReading.of(entry, label));
    }
}
