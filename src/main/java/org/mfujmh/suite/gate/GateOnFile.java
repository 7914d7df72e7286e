package org.mfujmh.suite.gate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.BadInput;
import org.mfujmh.compare.GatePolicy;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;
import org.mfujmh.results.PlainText;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.SuiteOptions;
import org.mfujmh.suite.plan.SuitePlan;
import org.mfujmh.suite.run.CombinationRun;
import org.mfujmh.suite.run.JoinedForks;
import org.mfujmh.suite.run.Provenance;

/** {@code --gate}: the baseline is a file, of another session and perhaps of another day. */
final class GateOnFile extends GateStrategy {
    private final Optional<Path> named;
    private final Map<Combination, JoinedForks> series = new HashMap<>();
    private List<Entry> baseline = List.of();
    private Path file;

    GateOnFile(Optional<Path> baseline, GatePolicy policy) {
        super(policy);
        this.named = baseline;
        baseline.ifPresent(this::read);
    }

    private void read(Path from) {
        if (!Files.exists(from)) {
            throw new BadInput("There is no baseline " + from + " to compare this run with. Create one on this "
                    + "machine from a known good build: `./mfu bench -f 10 -rff " + from + "`.");
        }
        file = from;
        baseline = Identity.readUnique(from);
        policy().requireIn(baseline);
    }

    @Override
    public List<Entry> baseline() {
        return baseline;
    }

    @Override
    public void begin(Setting setting) {
        if (named.isEmpty()) {
            read(setting.deviceFolder().resolve("baseline.json"));
        }
        baseline.stream()
                .flatMap(entry -> entry.property(RunProperty.DEVICE).stream())
                .filter(device -> !device.equals(setting.device()))
                .findFirst()
                .ifPresent(device -> {
                    throw new BadInput(file + " was measured on " + device + ", but this is " + setting.device()
                            + ", so a difference in speed says nothing about the build. Use --against, or a"
                            + " baseline from this machine.");
                });
    }

    /** If the user chose nothing, the baseline's combinations; and its values in place of auto and max. */
    @Override
    public List<Combination> plan(SuitePlan asked, SuiteOptions options) {
        boolean chosen = options.isChosen();
        List<Combination> plan = chosen
                ? asked.combinations().stream().map(this::resolved).distinct().toList()
                : baseline.stream()
                        .map(entry -> new Combination(entry.benchmark(), entry.params()))
                        .filter(one -> asked.timings().containsKey(one.benchmark()))
                        .filter(one -> !options.excludes(one.benchmark()))
                        .toList();
        if (plan.stream().noneMatch(one -> baseline.stream().anyMatch(entry -> agrees(one, entry)))) {
            Entry example = baseline.get(0);
            throw new BadInput("None of the requested measurements is in " + file + ", so nothing could be compared. "
                    + "It has " + baseline.size() + (baseline.size() == 1 ? " result" : " results") + ", such as "
                    + PlainText.of(example.benchmark()) + " " + PlainText.of(String.valueOf(example.params()))
                    + (chosen
                            ? ". Request these, or leave out the parameters to measure everything in the file."
                            : ", whose benchmark is not in this build, or excluded with -e."));
        }
        return plan;
    }

    /** The machine may choose differently today: another batch, another way to multiply. */
    private Combination resolved(Combination one) {
        List<Entry> same = baseline.stream().filter(entry -> agrees(one, entry)).toList();
        if (same.size() > 1 && !isAmbiguousInBatchAlone(one, same)) {
            throw new BadInput(file + " has " + same.size() + " results that match " + one + ". Give a value instead "
                    + "of auto or max.");
        }
        if (same.isEmpty()) {
            return one;
        }
        // Of the batches of one measurement, the largest was max.
        Entry chosen =
                same.stream().max(Comparator.comparingInt(GateOnFile::batch)).orElseThrow();
        Map<String, String> values = new LinkedHashMap<>(one.params());
        // gemm is the tuner's, for which a file that the run goes on with comes before the baseline.
        values.replaceAll((name, value) -> isLeftToTheMachine(value) && !name.equals(PassParams.GEMM)
                ? chosen.params().get(name)
                : value);
        return new Combination(one.benchmark(), values);
    }

    private static boolean isAmbiguousInBatchAlone(Combination one, List<Entry> same) {
        return one.asksForLargestBatch()
                && same.stream()
                                .map(entry -> new Combination(entry.benchmark(), entry.params())
                                        .with(PassParams.BATCH_SIZE, PassParams.MAX_BATCH))
                                .distinct()
                                .count()
                        == 1;
    }

    private static int batch(Entry entry) {
        return PassParams.count(entry.params().getOrDefault(PassParams.BATCH_SIZE, ""))
                .orElse(0);
    }

    private static boolean agrees(Combination one, Entry entry) {
        return entry.benchmark().equals(one.benchmark())
                && entry.params().keySet().equals(one.params().keySet())
                && one.params().entrySet().stream()
                        .allMatch(param -> isLeftToTheMachine(param.getValue())
                                || entry.params().get(param.getKey()).equals(param.getValue()));
    }

    private static boolean isLeftToTheMachine(String value) {
        return value.equals(PassParams.AUTO) || value.equals(PassParams.MAX_BATCH);
    }

    @Override
    public CombinationRun.Outcome measure(
            Combination combination, Provenance provenance, int forks, ForkRunner runner) {
        return series.computeIfAbsent(combination, JoinedForks::new).add(runner.run(combination, provenance, forks));
    }
}
