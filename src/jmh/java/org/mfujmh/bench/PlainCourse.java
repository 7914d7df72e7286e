package org.mfujmh.bench;

import java.util.HashMap;
import java.util.Map;

/** Every combination by one Runner, and nothing after. */
class PlainCourse implements Course {
    private final Map<Combination, ForkSeries> series = new HashMap<>();

    @Override
    public CombinationRun.Outcome measure(
            Combination combination, Provenance provenance, int forks, ForkRunner runner) {
        return series.computeIfAbsent(combination, ForkSeries::new).add(runner.run(combination, provenance, forks));
    }
}
