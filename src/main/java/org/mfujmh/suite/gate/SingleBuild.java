package org.mfujmh.suite.gate;

import java.util.HashMap;
import java.util.Map;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.run.CombinationRun;
import org.mfujmh.suite.run.JoinedForks;
import org.mfujmh.suite.run.Provenance;

/** Every combination by one Runner, and nothing after. */
public class SingleBuild implements MeasurementStrategy {
    private final Map<Combination, JoinedForks> series = new HashMap<>();

    @Override
    public CombinationRun.Outcome measure(
            Combination combination, Provenance provenance, int forks, ForkRunner runner) {
        return series.computeIfAbsent(combination, JoinedForks::new).add(runner.run(combination, provenance, forks));
    }
}
