package org.mfujmh.suite.gate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mfujmh.compare.GatePolicy;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.run.CombinationRun;
import org.mfujmh.suite.run.Interleaving;
import org.mfujmh.suite.run.JoinedForks;
import org.mfujmh.suite.run.Provenance;

/**
 * A gate whose baseline is measured in the same run. The forks of both sides are interleaved, so that changes of the
 * machine affect both.
 */
abstract sealed class InterleavedGate extends GateStrategy permits GateOnBuild, GateOnTorch {
    private final Map<Combination, JoinedForks> ours = new HashMap<>();
    private final Map<Combination, JoinedForks> theirs = new HashMap<>();
    private final Map<Combination, Entry> baseline = new LinkedHashMap<>();
    private Path file;

    InterleavedGate(GatePolicy policy) {
        super(policy);
    }

    /** Runs one fork of the baseline. */
    abstract CombinationRun.Outcome baselineFork(Combination combination, Provenance ours, ForkRunner runner);

    /** The side in words that begin the cause of a failure, e.g. {@code the build of main: }; may be empty. */
    abstract String failureOf(boolean isOurs);

    @Override
    public List<Entry> baseline() {
        return new ArrayList<>(baseline.values());
    }

    @Override
    public void begin(Setting setting) {
        String name = setting.file().getFileName().toString().replaceFirst("\\.json$", "");
        file = setting.file().resolveSibling(name + "-against.json");
    }

    /** Where the baseline's results go. */
    Path baselineFile() {
        return file;
    }

    /** In pairs, in which either side comes first: {@link Interleaving}. */
    @Override
    public CombinationRun.Outcome measure(
            Combination combination, Provenance provenance, int forks, ForkRunner runner) {
        JoinedForks own = ours.computeIfAbsent(combination, JoinedForks::new);
        JoinedForks foreign = theirs.computeIfAbsent(combination, JoinedForks::new);
        CombinationRun.Outcome outcome = new CombinationRun.Outcome.Failed("no fork was requested");
        for (int turn = 0; turn < 2 * forks; turn++) {
            boolean isOurs = Interleaving.isOurs(turn);
            CombinationRun.Outcome one = isOurs
                    ? own.add(runner.run(combination, provenance, 1))
                    : foreign.add(baselineFork(combination, provenance, runner));
            if (one instanceof CombinationRun.Outcome.Failed failed) {
                return new CombinationRun.Outcome.Failed(failureOf(isOurs) + failed.cause());
            }
            if (isOurs) {
                outcome = one;
            } else {
                baseline.put(combination, ((CombinationRun.Outcome.Completed) one).entry());
            }
        }
        ResultFile.write(file, baseline());
        return outcome;
    }
}
