package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.mfujmh.results.Difference;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;
import org.mfujmh.results.Metric;
import org.mfujmh.results.PlainText;
import org.mfujmh.results.Unit;
import org.mfujmh.schema.Direction;
import org.mfujmh.schema.RunProperty;

/** One metric of one pair before its verdict: either a change to be tested, or already decided for a reason. */
final class Candidate {
    private final Pairing pair;
    private final MetricLabel label;
    private final GatePolicy policy;
    private final String rename;
    private final Optional<Metric> before;
    private final Optional<Metric> after;
    private final Optional<String> conversion;
    private final Optional<Resolved> resolved;

    private record Resolved(Verdict verdict, String reason) {}

    /**
     * At least one of the pair has the metric.
     *
     * @param rename the measurement it was probably renamed from or to; empty if none is similar
     */
    Candidate(Pairing pair, MetricLabel label, GatePolicy policy, String rename) {
        this.pair = pair;
        this.label = label;
        this.policy = policy;
        this.rename = rename;
        this.before = pair.baseline().flatMap(label::of);
        Optional<Metric> asWritten = pair.current().flatMap(label::of);
        this.after = before.flatMap(one -> asWritten.flatMap(other -> other.in(one.unit())))
                .or(() -> asWritten);
        this.conversion = asWritten
                .map(Metric::unit)
                .filter(unit -> !after.orElseThrow().unit().equals(unit))
                .map(unit -> "converted from " + PlainText.of(unit) + " in the new run");
        this.resolved = resolve();
    }

    /** The change to be tested; empty if the verdict needs no test. */
    Optional<Change> change() {
        return resolved.isPresent()
                ? Optional.empty()
                : Optional.of(Change.between(
                        Sample.ofForks(before.orElseThrow()),
                        Sample.ofForks(after.orElseThrow()),
                        direction(),
                        policy.threshold(),
                        floor()));
    }

    /** Whether it is an amount of memory, say, which no state of the machine changes. */
    boolean isAmount() {
        return before.map(Metric::unit).flatMap(Unit::of).map(Unit::isAmount).orElse(false);
    }

    /** Whether it is known how fast the machine was on each side. */
    boolean knowsTheMachine() {
        return MachineSpeed.isKnown(pair);
    }

    private double floor() {
        return policy.floors().of(label, before.orElseThrow().unit());
    }

    private Direction direction() {
        return label.direction(pair.either(), policy.direction());
    }

    private Optional<Resolved> resolve() {
        if (pair.current().isEmpty()) {
            return resolved(Verdict.MISSING, "the new run does not have this measurement");
        }
        if (pair.baseline().isEmpty()) {
            return resolved(Verdict.NEW, "the baseline does not have this measurement");
        }
        Optional<String> invalid = InvalidRun.of(pair.current().get());
        if (invalid.isPresent()) {
            return resolved(Verdict.FAILED, invalid.get());
        }
        if (!pair.forbidding().isEmpty()) {
            String why = pair.forbidding().stream().map(Difference::toString).collect(Collectors.joining("; "));
            return resolved(Verdict.INCOMPARABLE, why);
        }
        if (after.isEmpty()) {
            return resolved(Verdict.MISSING, "the new run has no metric " + label.name());
        }
        if (before.isEmpty()) {
            return resolved(Verdict.NEW, "the baseline has no metric " + label.name());
        }
        return resolve(before.get(), after.get());
    }

    private Optional<Resolved> resolve(Metric baseline, Metric current) {
        if (!baseline.unit().equals(current.unit())) {
            return resolved(
                    Verdict.INCOMPARABLE,
                    "unit: " + PlainText.of(baseline.unit()) + " -> " + PlainText.of(current.unit()));
        }
        String from = pair.baseline().map(Candidate::peak).orElseThrow();
        String to = pair.current().map(Candidate::peak).orElseThrow();
        if (label.isShareOfPeak() && !from.equals(to)) {
            return resolved(Verdict.INCOMPARABLE, "shares of different peaks, in TFLOP/s: " + from + " -> " + to);
        }
        Sample was = Sample.ofForks(baseline);
        Sample is = Sample.ofForks(current);
        if (!Double.isFinite(was.mean())) {
            String who = Double.isFinite(is.mean()) ? "the baseline has no number: " : "neither file has a number: ";
            return resolved(Verdict.INCOMPARABLE, who + label.name() + " is " + was.mean());
        }
        if (!Double.isFinite(is.mean())) {
            return resolved(Verdict.FAILED, label.name() + " is " + is.mean());
        }
        if (Math.min(was.size(), is.size()) >= Sample.FEWEST_FORKS) {
            return Optional.empty();
        }
        boolean stopped = direction() == Direction.HIGHER_IS_BETTER && was.isPositive() && is.isZero();
        return stopped
                ? resolved(Verdict.REGRESSED, "every fork fell to 0, which noise between forks cannot explain")
                : resolved(Verdict.INCONCLUSIVE, tooFew(was, is));
    }

    private String tooFew(Sample was, Sample is) {
        String counts = was.size() + (was.size() == 1 ? " fork" : " forks") + " against " + is.size();
        String single = Math.min(was.size(), is.size()) == 1 ? ", and a single measurement has no spread" : "";
        double ratio = Change.ratio(was.mean(), is.mean(), direction());
        String seen = Double.isFinite(ratio) && ratio > 0
                ? String.format(
                        Locale.ROOT,
                        " (observed: %.1f %% %s)",
                        Math.abs(100 * (ratio - 1)),
                        ratio < 1 ? "worse" : "better")
                : "";
        return counts + single + ": a verdict needs at least " + Sample.FEWEST_FORKS + " per side" + seen;
    }

    /** The datasheet peak of which a metric is a share, in TFLOP/s. */
    static String peak(Entry entry) {
        return entry.property(RunProperty.PEAK_TFLOPS).map(PlainText::of).orElse("not recorded");
    }

    private static Optional<Resolved> resolved(Verdict verdict, String reason) {
        return Optional.of(new Resolved(verdict, reason));
    }

    Measurement resolved() {
        Resolved why = resolved.orElseThrow();
        Interval none = new Interval(Double.NaN, Double.NaN, Double.NaN, 0, List.of());
        return measurement(none, why.verdict, why.reason, warnings(List.of()), Double.NaN, OptionalInt.empty());
    }

    private List<String> warnings(List<String> found) {
        List<String> all = new ArrayList<>(found);
        boolean toTheFloor =
                change().filter(change -> change.isHeldToFloor(policy)).isPresent();
        if (toTheFloor) {
            all.add(
                    0,
                    "near zero: a change below " + Floors.number(floor()) + " "
                            + PlainText.of(before.orElseThrow().unit()) + " is ignored (--floor)");
        }
        conversion.ifPresent(all::add);
        if (!rename.isEmpty()) {
            all.add(rename);
        }
        return all;
    }

    /** @param interleaved whether both sides ran at the same time */
    Measurement decided(Decision calculated, boolean interleaved) {
        Decision decision = interleaved || isAmount()
                ? calculated
                : MachineSpeed.weigh(Contention.weigh(calculated, pair, label), pair, label, policy);
        Metric baseline = before.orElseThrow();
        Metric current = after.orElseThrow();
        return measurement(
                decision.ratio(),
                decision.verdict(),
                decision.reason(),
                warnings(Warnings.about(baseline, current)),
                RankTest.pValue(Sample.ofForks(baseline), Sample.ofForks(current)),
                decision.forksNeeded());
    }

    private Measurement measurement(
            Interval ratio, Verdict verdict, String reason, List<String> warnings, double rankP, OptionalInt needed) {
        return new Measurement(
                Identity.of(pair.either()),
                label.name(),
                before.or(() -> after).map(Metric::unit).orElse(""),
                mean(before),
                mean(after),
                forks(before),
                forks(after),
                ratio,
                verdict,
                reason,
                warnings,
                rankP,
                needed,
                raw());
    }

    private static double mean(Optional<Metric> metric) {
        return metric.map(one -> Sample.ofForks(one).mean()).orElse(Double.NaN);
    }

    private static int forks(Optional<Metric> metric) {
        return metric.map(one -> Sample.ofForks(one).size()).orElse(0);
    }

    private Optional<Measurement.Raw> raw() {
        if (!policy.normalizeByRoofline()
                || !label.equals(MetricLabel.ROOFLINE_SHARE)
                || pair.baseline().isEmpty()
                || pair.current().isEmpty()) {
            return Optional.empty();
        }
        MetricLabel usual =
                MetricLabel.usual(List.of(pair.baseline().get(), pair.current().get()));
        Metric was = usual.of(pair.baseline().get()).orElseThrow();
        double baseline = mean(Optional.of(was));
        Metric is = usual.of(pair.current().get()).orElseThrow();
        double current = mean(is.in(was.unit()));
        Direction direction = usual.direction(pair.either(), Optional.empty());
        double ratio = Change.ratio(baseline, current, direction);
        return Optional.of(new Measurement.Raw(usual.name(), was.unit(), baseline, current, ratio));
    }
}
