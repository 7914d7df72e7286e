package org.mfujmh.report.measured;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.results.Entry;

/** The metrics of one entry, each computed on first use, since every section asks for them. */
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
