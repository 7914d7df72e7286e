package org.mfujmh.suite.gate;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import org.mfujmh.engine.installed.TorchInUse;
import org.mfujmh.results.Entry;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.DeviceDefaults;
import org.mfujmh.suite.plan.SuiteOptions;
import org.mfujmh.suite.plan.SuitePlan;
import org.mfujmh.suite.run.CombinationRun;
import org.mfujmh.suite.run.ForkJvmOptions;
import org.mfujmh.suite.run.Provenance;
import org.mfujmh.suite.tuning.EngineProbe;
import org.mfujmh.suite.tuning.GemmTuningKey;
import org.mfujmh.suite.tuning.TuningAnswer;
import org.mfujmh.suite.tuning.TuningKey;

/** How a suite goes about its combinations: plainly, or with a gate. */
public interface MeasurementStrategy {

    /** Runs forks of one combination in one Runner. */
    interface ForkRunner {
        CombinationRun.Outcome run(Combination combination, Provenance provenance, int forks);
    }

    /** Measures one combination. Called again for the same one, it adds forks to those it had. */
    CombinationRun.Outcome measure(Combination combination, Provenance provenance, int forks, ForkRunner runner);

    /** Names of the two sides whose forks are interleaved, this run's first; empty if there is one only. */
    default List<String> sides() {
        return List.of();
    }

    /**
     * Prepares the libtorch that is asked for, before anything else is done.
     *
     * @throws org.mfujmh.BadInput if it cannot be used
     */
    default void prepare(PrintStream progress) {
        TorchInUse.prepare(progress);
    }

    /**
     * Asks libtorch about this machine, see {@link EngineProbe#ask}.
     *
     * @throws org.mfujmh.BadInput if it cannot use the device
     */
    default EngineProbe.EngineInfo engine(
            EngineProbe probe, String device, Map<DeviceDefaults, List<GemmTuningKey>> questions) {
        return probe.ask(device, questions, ForkJvmOptions.defaults());
    }

    /** Before anything is measured, with the machine's lock taken. @throws org.mfujmh.BadInput if it can't be */
    default void begin(Setting setting) {}

    /**
     * What to measure.
     *
     * @param asked as the options say it, where {@code auto} and {@code max} may still stand
     * @param options whether the user chose any of it, or all is by default
     */
    default List<Combination> plan(SuitePlan asked, SuiteOptions options) {
        return asked.combinations();
    }

    /** Results that this run is compared with, as far as they exist; choices made for them apply here too. */
    default List<Entry> baseline() {
        return List.of();
    }

    /** Measures which way to compute is fastest, such as the backend of fused, on the side whose answer counts. */
    default Map<TuningKey, TuningAnswer> tuned(EngineProbe probe, List<TuningKey> questions) {
        return probe.tuned(questions, ForkJvmOptions.defaults());
    }

    /** What to say of the answers to {@link #engine} and {@link #tuned}, in a sentence each. */
    default List<String> tuningNotes() {
        return List.of();
    }

    /**
     * The largest batch that fits on every side.
     *
     * @param engine this run's
     * @param search finds it with the libtorch in use; empty if none fits
     */
    default OptionalInt largestBatch(
            EngineProbe.EngineInfo engine, Function<EngineProbe.EngineInfo, OptionalInt> search) {
        return search.apply(engine);
    }

    /** Of the combinations measured, those that need more forks: asked once. */
    default List<Combination> undecided(List<Combination> combinations, List<Entry> entries) {
        return List.of();
    }

    /** When all is measured. */
    default void end(List<Entry> entries) {}

    /** What to say when the run is stopped; empty for how far it is and the command that resumes it. */
    default Optional<Supplier<String>> farewell() {
        return Optional.empty();
    }

    /** Releases what it holds, also after a failure. */
    default void close() {}

    /**
     * What a strategy may need to know.
     *
     * @param file where the results go
     * @param deviceFolder the folder of this device's results, where its baseline is
     * @param device its name
     */
    record Setting(Path file, Path deviceFolder, String device) {}
}
