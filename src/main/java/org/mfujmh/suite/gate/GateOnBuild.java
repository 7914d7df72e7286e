package org.mfujmh.suite.gate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.compare.GatePolicy;
import org.mfujmh.results.Entry;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.run.CombinationRun;
import org.mfujmh.suite.run.ForkJvmOptions;
import org.mfujmh.suite.run.Provenance;
import org.mfujmh.suite.tuning.EngineProbe;
import org.mfujmh.suite.tuning.TuningAnswer;
import org.mfujmh.suite.tuning.TuningKey;

/** {@code --against}: the baseline is another build. */
final class GateOnBuild extends InterleavedGate {
    private final OtherBuild.Source source;
    private Optional<OtherBuild> other = Optional.empty();

    GateOnBuild(String build, GatePolicy policy) {
        super(policy);
        this.source = OtherBuild.find(build);
    }

    @Override
    public List<String> sides() {
        return List.of("this build", "the other build");
    }

    @Override
    public void begin(Setting setting) {
        super.begin(setting);
        other = Optional.of(source.open(System.err));
    }

    /**
     * Both builds compute in the way that is fastest in the other build. Two answers could differ by chance, and if a
     * way got slower in this build, this build's own choice would hide that.
     */
    @Override
    public Map<TuningKey, TuningAnswer> tuned(EngineProbe probe, List<TuningKey> questions) {
        OtherBuild build = other.orElseThrow();
        return build.tuned(probe, questions, ForkJvmOptions.defaults()).orElseGet(() -> {
            System.err.println("Note: the build of " + build.name()
                    + " is too old to be given the "
                    + questions.get(0).property().title()
                    + "; each of its forks chooses for itself.");
            return probe.tuned(questions, ForkJvmOptions.defaults());
        });
    }

    @Override
    CombinationRun.Outcome baselineFork(Combination combination, Provenance ours, ForkRunner runner) {
        OtherBuild build = other.orElseThrow();
        return build.inItsClassPath(() -> runner.run(combination, build.provenance(ours), 1));
    }

    @Override
    String failureOf(boolean isOurs) {
        return isOurs ? "" : "the build of " + other.orElseThrow().name() + ": ";
    }

    @Override
    public void end(List<Entry> entries) {
        super.end(entries);
        System.err.println("The other build's results: " + baselineFile());
    }

    @Override
    public void close() {
        other.ifPresent(OtherBuild::close);
    }
}
