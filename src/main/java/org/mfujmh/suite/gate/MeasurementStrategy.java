package org.mfujmh.suite.gate;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.mfujmh.results.Entry;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.run.CombinationRun;
import org.mfujmh.suite.run.Provenance;
import org.mfujmh.suite.tuning.BackendTuningKey;
import org.mfujmh.suite.tuning.EngineProbe;
import org.mfujmh.suite.tuning.TuningAnswer;

/** How a suite goes about its combinations: plainly, or with a gate. */
public interface MeasurementStrategy {

    /** Runs forks of one combination in one Runner. */
    interface ForkRunner {
        CombinationRun.Outcome run(Combination combination, Provenance provenance, int forks);
    }

    /** Measures one combination. Called again for the same one, it adds forks to those it had. */
    CombinationRun.Outcome measure(Combination combination, Provenance provenance, int forks, ForkRunner runner);

    /** How many forks are started for each that was asked for. */
    default int builds() {
        return 1;
    }

    /** Before anything is measured, with the machine's lock taken. @throws org.mfujmh.BadInput where it can't be */
    default void begin(Setting setting) {}

    /**
     * What to measure.
     *
     * @param asked as the options say it, where {@code auto} and {@code max} may still stand
     * @param chosen whether the user chose any of it, or all is by default
     */
    default List<Combination> plan(List<Combination> asked, boolean chosen) {
        return asked;
    }

    /** Results that this run is held against, those that are there yet: what the machine chose for them holds here too. */
    default List<Entry> baseline() {
        return List.of();
    }

    /**
     * Measures which form of fused is faster, by the build whose answer counts.
     *
     * @param jvmArgs of a process with libtorch
     */
    default Map<BackendTuningKey, TuningAnswer> backends(List<BackendTuningKey> questions, List<String> jvmArgs) {
        return EngineProbe.backends(questions, jvmArgs);
    }

    /** Of the combinations measured, those that need more forks: asked once. */
    default List<Combination> undecided(List<Combination> combinations, List<Entry> entries) {
        return List.of();
    }

    /** When all is measured. */
    default void end(List<Entry> entries) {}

    /** Whatever happened: lets go of what it holds. */
    default void close() {}

    /**
     * What a strategy may have to know.
     *
     * @param file where the results go
     * @param deviceFolder the folder of this device's results, where its baseline is
     * @param device its name
     */
    record Setting(Path file, Path deviceFolder, String device) {}
}
