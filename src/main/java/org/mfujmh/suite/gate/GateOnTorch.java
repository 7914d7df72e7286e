package org.mfujmh.suite.gate;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.mfujmh.BadInput;
import org.mfujmh.compare.GatePolicy;
import org.mfujmh.engine.installed.NamedTorch;
import org.mfujmh.engine.installed.TorchInUse;
import org.mfujmh.engine.installed.TorchSettings;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.DeviceDefaults;
import org.mfujmh.suite.run.CombinationRun;
import org.mfujmh.suite.run.ForkJvmOptions;
import org.mfujmh.suite.run.Provenance;
import org.mfujmh.suite.tuning.EngineProbe;
import org.mfujmh.suite.tuning.GemmTuningKey;
import org.mfujmh.suite.tuning.SharedTuning;
import org.mfujmh.suite.tuning.TuningAnswer;
import org.mfujmh.suite.tuning.TuningKey;

/**
 * {@code --torch A --torch B}: the baseline is the same build on another PyTorch. The second PyTorch is this process's
 * own; the first is used while its forks and its questions run.
 */
final class GateOnTorch extends InterleavedGate {
    private final NamedTorch first;
    private final NamedTorch second;
    private final List<String> notes = new ArrayList<>();
    private PrintStream progress = System.err;
    private TorchSettings baseline;
    private EngineProbe.EngineInfo before;
    private EngineProbe.EngineInfo after;

    GateOnTorch(String first, String second, GatePolicy policy) {
        super(policy);
        this.first = NamedTorch.find(first);
        this.second = NamedTorch.find(second);
        NamedTorch.requireTwo(this.first, this.second);
    }

    @Override
    public List<String> sides() {
        return List.of(name(false), name(true));
    }

    /** Its version, and the user's name for it if both have the same version. */
    private String name(boolean isBaseline) {
        String version = (isBaseline ? before : after).torch();
        boolean alike = before.torch().equals(after.torch());
        return "PyTorch " + version + (alike ? " (" + (isBaseline ? first : second).asked() + ")" : "");
    }

    @Override
    public void prepare(PrintStream out) {
        progress = out;
        baseline = first.prepare(out);
        TorchInUse.use(second.prepare(out));
    }

    /** Both are asked, so that both are known to work; the answers to the questions are the baseline's. */
    @Override
    public EngineProbe.EngineInfo engine(
            EngineProbe probe, String device, Map<DeviceDefaults, List<GemmTuningKey>> questions) {
        before = TorchInUse.with(baseline, () -> probe.ask(device, questions, ForkJvmOptions.defaults()));
        after = probe.ask(device, questions, ForkJvmOptions.defaults());
        if (!before.device().equals(after.device())) {
            throw new BadInput(name(true) + " would run on " + before.device() + " and " + name(false) + " on "
                    + after.device() + ", which compares the devices. Name a device that both can use, e.g."
                    + " -p device=cpu.");
        }
        SharedTuning<String> gemm = SharedTuning.of(before.gemm(), after.gemm(), name(true), name(false));
        notes.addAll(gemm.notes(GemmTuningKey::questionOf));
        return after.withGemm(gemm.answers());
    }

    @Override
    public void begin(Setting setting) {
        super.begin(setting);
        progress.println("Before: " + name(true) + (first.isBundled() ? ", the bundled one" : "") + ". After: "
                + name(false) + (second.isBundled() ? ", the bundled one" : "") + ". Their forks are interleaved.");
    }

    /** Both compute in the way that is fastest in the baseline, as two builds do: {@link GateOnBuild#tuned}. */
    @Override
    public Map<TuningKey, TuningAnswer> tuned(EngineProbe probe, List<TuningKey> questions) {
        SharedTuning<TuningKey> shared = SharedTuning.of(
                TorchInUse.with(baseline, () -> probe.tuned(questions, ForkJvmOptions.defaults())),
                probe.tuned(questions, ForkJvmOptions.defaults()),
                name(true),
                name(false));
        notes.addAll(shared.notes(TuningKey::question));
        return shared.answers();
    }

    @Override
    public List<String> tuningNotes() {
        return List.copyOf(notes);
    }

    @Override
    public OptionalInt largestBatch(
            EngineProbe.EngineInfo engine, Function<EngineProbe.EngineInfo, OptionalInt> search) {
        progress.println("With " + name(true) + ":");
        OptionalInt first = TorchInUse.with(baseline, () -> search.apply(before));
        if (first.isEmpty()) {
            return first;
        }
        progress.println("With " + name(false) + ":");
        OptionalInt second = search.apply(engine);
        return second.isEmpty() ? second : OptionalInt.of(Math.min(first.getAsInt(), second.getAsInt()));
    }

    @Override
    CombinationRun.Outcome baselineFork(Combination combination, Provenance ours, ForkRunner runner) {
        Map<String, String> its = new LinkedHashMap<>();
        its.put(RunProperty.TORCH.key(), before.torch());
        its.put(RunProperty.THREADS.key(), String.valueOf(before.threads()));
        return TorchInUse.with(baseline, () -> runner.run(combination, ours.with(its), 1));
    }

    @Override
    String failureOf(boolean isOurs) {
        return name(!isOurs) + ": ";
    }

    @Override
    public void end(List<Entry> entries) {
        super.end(entries);
        progress.println("Results of " + name(true) + ": " + baselineFile());
    }
}
