package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.results.Entry;
import org.mfujmh.results.PlainText;

/**
 * Compares a new run with a baseline. Each measurement is either decided without a test (missing, failed, not
 * comparable, too few forks) or is a change; all changes are then decided together.
 */
public final class Gate {
    private final GatePolicy policy;
    private final boolean interleaved;
    private final List<Candidate> candidates = new ArrayList<>();
    private final ConditionChanges differences = new ConditionChanges();
    private final List<String> warnings = new ArrayList<>();

    private Gate(GatePolicy policy, boolean interleaved) {
        this.policy = policy;
        this.interleaved = interleaved;
    }

    /**
     * @param baseline entries of one file, at most one for each measurement
     * @param current likewise
     * @throws org.mfujmh.BadInput if no entry has a requested metric
     */
    public static GateResult decide(List<Entry> baseline, List<Entry> current, GatePolicy policy) {
        return decide(baseline, current, policy, false);
    }

    /** The same of two sides whose forks were interleaved: the state of the machine explains no difference. */
    public static GateResult decideInterleaved(List<Entry> baseline, List<Entry> current, GatePolicy policy) {
        return decide(baseline, current, policy, true);
    }

    private static GateResult decide(
            List<Entry> baseline, List<Entry> current, GatePolicy policy, boolean interleaved) {
        Gate gate = new Gate(policy, interleaved);
        List<Entry> all = Stream.concat(baseline.stream(), current.stream()).toList();
        if (!all.isEmpty()) {
            policy.labels().forEach(label -> label.requireIn(all));
        }
        List<Pairing> pairs = Pairing.of(baseline, current);
        List<Entry> missing = alone(pairs, Pairing::baseline, Pairing::current);
        List<Entry> added = alone(pairs, Pairing::current, Pairing::baseline);
        Renames renames = Renames.between(missing, added);
        pairs.forEach(pair -> gate.add(pair, renames));
        if (!missing.isEmpty() && !added.isEmpty()) {
            gate.warnings.add(missingBesideNew(missing, added, renames));
        }
        return gate.result();
    }

    /** The entries that only one side has. */
    private static List<Entry> alone(
            List<Pairing> pairs, Function<Pairing, Optional<Entry>> side, Function<Pairing, Optional<Entry>> other) {
        return pairs.stream()
                .filter(pair -> other.apply(pair).isEmpty())
                .flatMap(pair -> side.apply(pair).stream())
                .toList();
    }

    private static String missingBesideNew(List<Entry> missing, List<Entry> added, Renames renames) {
        List<String> hints = missing.stream()
                .map(renames::hint)
                .filter(hint -> !hint.isEmpty())
                .distinct()
                .toList();
        String counts = missing.size() + (missing.size() == 1 ? " measurement is" : " measurements are")
                + " missing and " + added.size() + (added.size() == 1 ? " is" : " are") + " new";
        String first = hints.stream().limit(5).collect(Collectors.joining("; "));
        String more = hints.size() > 5 ? "; and " + (hints.size() - 5) + " more" : "";
        return hints.isEmpty()
                ? counts + ": renamed measurements are not compared."
                : counts + " and were not compared; " + first + more + ".";
    }

    private void add(Pairing pair, Renames renames) {
        differences.add(
                pair.either(),
                pair.differences().stream()
                        .filter(difference -> !difference.incomparable())
                        .toList());
        List<Entry> both =
                Stream.concat(pair.baseline().stream(), pair.current().stream()).toList();
        String rename = pair.current().isEmpty()
                ? renames.hint(pair.either())
                : pair.baseline().isEmpty() ? renames.hintFor(pair.either()) : "";
        for (MetricLabel label : asked(both)) {
            if (both.stream().allMatch(entry -> label.of(entry).isEmpty())) {
                warnings.add(PlainText.of(pair.either().benchmark()) + " has no metric " + PlainText.of(label.name())
                        + " and was not compared.");
            } else {
                candidates.add(new Candidate(pair, label, policy, rename));
            }
        }
    }

    /** The metrics to compare; the usual one of these entries if none was chosen. */
    private List<MetricLabel> asked(List<Entry> entries) {
        return policy.labels().isEmpty() ? List.of(MetricLabel.usual(entries)) : policy.labels();
    }

    private GateResult result() {
        List<Change> changes = candidates.stream()
                .map(Candidate::change)
                .flatMap(Optional::stream)
                .toList();
        List<Decision> decisions = Decision.of(changes, policy);
        List<Measurement> measurements = new ArrayList<>();
        int next = 0;
        for (Candidate candidate : candidates) {
            measurements.add(
                    candidate.change().isPresent()
                            ? candidate.decided(decisions.get(next++), interleaved)
                            : candidate.resolved());
        }
        if (!interleaved) {
            List<Change> timed = candidates.stream()
                    .filter(candidate -> !candidate.isAmount())
                    .map(Candidate::change)
                    .flatMap(Optional::stream)
                    .toList();
            CommonShift.in(timed, policy).ifPresent(warnings::add);
        }
        if (changes.size() == 1 && !interleaved && candidates.stream().noneMatch(Candidate::knowsTheMachine)) {
            warnings.add(
                    "Only one measurement could be compared, so a slower build cannot be told from a slower machine.");
        }
        if (changes.isEmpty() && measurements.stream().anyMatch(one -> one.verdict() == Verdict.INCONCLUSIVE)) {
            warnings.add("No measurement has " + Sample.FEWEST_FORKS + " forks per side, so nothing was decided. "
                    + "Measure with -f 5 or more, and the baseline with -f 10.");
        }
        List<String> distinct = warnings.stream().distinct().collect(Collectors.toList());
        return new GateResult(measurements, differences.sentences(), distinct, policy);
    }
}
