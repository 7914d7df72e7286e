package org.mfujmh.suite;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.device.Device;
import org.mfujmh.device.machine.Machine;
import org.mfujmh.device.peaks.PeakPrecision;
import org.mfujmh.results.Entry;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.SuiteOptions;
import org.mfujmh.suite.plan.Timing;
import org.mfujmh.suite.run.Provenance;
import org.mfujmh.suite.tuning.EngineProbe;

/** Under what a run measures each combination: what its forks record, and what an earlier result has to have in common. */
final class RunConditions {
    private final Function<Combination, Provenance> provenance;

    private RunConditions(Function<Combination, Provenance> provenance) {
        this.provenance = provenance;
    }

    /**
     * @param file the run's results, which make no commit dirty
     * @param chosen what was tuned for a combination, by property
     */
    static RunConditions of(
            SuiteOptions options,
            EngineProbe.EngineInfo engine,
            Machine machine,
            Path file,
            Function<Combination, Map<String, String>> chosen) {
        Provenance base = Provenance.of(engine, machine, Set.of(file, ReportPage.of(file)));
        Device device = machine.deviceNamed(engine.device());
        return new RunConditions(combination -> base.with(options.peaks()
                        .denominator(
                                device,
                                PeakPrecision.of(combination.passParams().dtype())
                                        .orElse(PeakPrecision.BF16)))
                .withBandwidth(options.peaks().bandwidthGbs(device))
                .with(chosen.apply(combination)));
    }

    /** The properties that the forks of a combination record; the peak depends on the dtype, the backend on the pass. */
    Provenance of(Combination combination) {
        return provenance.apply(combination);
    }

    /** How these conditions differ from those of an earlier result of the same combination; empty if they are the same. */
    String differences(Combination one, Timing timing, Entry earlier) {
        return Stream.of(of(one).differences(one, earlier), timing.differences(earlier))
                .flatMap(Optional::stream)
                .collect(Collectors.joining("; "));
    }
}
