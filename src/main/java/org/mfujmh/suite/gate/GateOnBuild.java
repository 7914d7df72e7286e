package org.mfujmh.suite.gate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.compare.GatePolicy;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.run.CombinationRun;
import org.mfujmh.suite.run.ForkSeries;
import org.mfujmh.suite.run.Interleaving;
import org.mfujmh.suite.run.Provenance;
import org.mfujmh.suite.tuning.BackendTuningKey;
import org.mfujmh.suite.tuning.EngineProbe;
import org.mfujmh.suite.tuning.TuningAnswer;

/**
 * {@code --against}: the baseline is another build, and its forks take turns with this one's, so that whatever the
 * machine does it does to both.
 */
final class GateOnBuild extends GateStrategy {
    private final OtherBuild.Source source;
    private final Map<Combination, ForkSeries> ours = new HashMap<>();
    private final Map<Combination, ForkSeries> theirs = new HashMap<>();
    private final Map<Combination, Entry> baseline = new LinkedHashMap<>();
    private Optional<OtherBuild> other = Optional.empty();
    private Path file;

    GateOnBuild(String build, GatePolicy policy) {
        super(policy);
        this.source = OtherBuild.find(build);
    }

    @Override
    public List<Entry> baseline() {
        return new ArrayList<>(baseline.values());
    }

    @Override
    public int builds() {
        return 2;
    }

    @Override
    public void begin(Setting setting) {
        other = Optional.of(source.open(System.err));
        String name = setting.file().getFileName().toString().replaceFirst("\\.json$", "");
        file = setting.file().resolveSibling(name + "-against.json");
    }

    /**
     * Both builds run the form that is the faster one in the other: two answers could differ by chance alone, and of a
     * form that got slower in this build, this build's own answer would lead away.
     */
    @Override
    public Map<BackendTuningKey, TuningAnswer> backends(List<BackendTuningKey> questions, List<String> jvmArgs) {
        OtherBuild build = other.orElseThrow();
        return build.backends(questions, jvmArgs).orElseGet(() -> {
            System.err.println("Note: the build of " + build.name()
                    + " is too old to accept a backend for fused, so each of its forks chooses its own.");
            return EngineProbe.backends(questions, jvmArgs);
        });
    }

    /** In pairs, of which one begins with theirs and another with ours: {@link Interleaving}. */
    @Override
    public CombinationRun.Outcome measure(
            Combination combination, Provenance provenance, int forks, ForkRunner runner) {
        OtherBuild build = other.orElseThrow();
        ForkSeries own = ours.computeIfAbsent(combination, ForkSeries::new);
        ForkSeries foreign = theirs.computeIfAbsent(combination, ForkSeries::new);
        CombinationRun.Outcome outcome = new CombinationRun.Outcome.Failed("no fork was requested");
        for (int turn = 0; turn < 2 * forks; turn++) {
            if (Interleaving.isOurs(turn)) {
                outcome = own.add(runner.run(combination, provenance, 1));
                if (outcome instanceof CombinationRun.Outcome.Failed) {
                    return outcome;
                }
            } else {
                CombinationRun.Outcome before = foreign.add(
                        build.inItsClassPath(() -> runner.run(combination, build.provenance(provenance), 1)));
                if (before instanceof CombinationRun.Outcome.Failed failed) {
                    return new CombinationRun.Outcome.Failed("the build of " + build.name() + ": " + failed.cause());
                }
                baseline.put(combination, ((CombinationRun.Outcome.Completed) before).entry());
            }
        }
        ResultFile.write(file, baseline());
        return outcome;
    }

    @Override
    public void end(List<Entry> entries) {
        super.end(entries);
        System.err.println("The other build's results: " + file);
    }

    @Override
    public void close() {
        other.ifPresent(OtherBuild::close);
    }
}
