package org.mfujmh.compare;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Metric;
import org.mfujmh.schema.Direction;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/**
 * Whether the machine itself was slower in one of two runs. The roofline is measured around every iteration by the same
 * libtorch on the same matrices: if it changed although libtorch did not, the machine did, by its clock or by other
 * guests of a virtual machine's host, which no counter inside shows.
 */
final class MachineSpeed {
    /** What a pass is held against: the first that both runs have. */
    private static final List<Roofline> ROOFLINES = List.of(
            new Roofline("bandwidth roofline", MetricId.BANDWIDTH_ROOFLINE_GBS, MetricId.BANDWIDTH_SHARE),
            new Roofline("GEMM roofline", MetricId.ROOFLINE_TFLOPS, MetricId.ROOFLINE_SHARE));

    private record Roofline(String name, MetricId itself, MetricId share) {
        boolean isItself(MetricLabel label) {
            return itself.label().equals(label.name());
        }

        boolean isShare(MetricLabel label) {
            return share.label().equals(label.name());
        }
    }

    private MachineSpeed() {}

    /**
     * A decision on two runs, taken one after the other: a slower run is no regression if the machine was significantly
     * slower, too, and the share of the roofline did not get worse by the threshold; likewise a faster one is no
     * improvement. A roofline itself says what the machine was like. Its share is decided as it is.
     */
    static Decision weigh(Decision decision, Pairing pair, MetricLabel label, GatePolicy policy) {
        boolean worse = decision.verdict() == Verdict.REGRESSED;
        boolean moved = worse || decision.verdict() == Verdict.IMPROVED;
        if (!moved || ROOFLINES.stream().anyMatch(one -> one.isShare(label)) || !isOneLibtorch(pair)) {
            return decision;
        }
        if (ROOFLINES.stream().anyMatch(one -> one.isItself(label))) {
            return undecided(decision, worse, "libtorch is the same");
        }
        return ROOFLINES.stream()
                .flatMap(one -> Moves.of(one, pair).stream())
                .findFirst()
                .filter(moves -> isSignificant(moves.machine, worse, policy) && !isRelevant(moves.share, worse, policy))
                .map(moves -> undecided(decision, worse, why(moves, worse)))
                .orElse(decision);
    }

    /** Whether both runs measured a roofline with the same libtorch. */
    static boolean isKnown(Pairing pair) {
        return isOneLibtorch(pair)
                && ROOFLINES.stream().anyMatch(one -> Moves.of(one, pair).isPresent());
    }

    /** How the machine changed, and how the pass did in relation to it. */
    private record Moves(Roofline roofline, Change machine, Change share) {
        static Optional<Moves> of(Roofline roofline, Pairing pair) {
            return change(pair, roofline.itself)
                    .flatMap(machine -> change(pair, roofline.share).map(share -> new Moves(roofline, machine, share)));
        }
    }

    private static String why(Moves moves, boolean worse) {
        return String.format(
                Locale.ROOT,
                "with the same libtorch the %s is %.1f %% %s. Compare the shares (--normalize roofline), or measure both"
                        + " builds at once (--against)",
                moves.roofline.name,
                Math.abs(100 * Math.expm1(moves.machine.logRatio())),
                worse ? "worse" : "better");
    }

    private static Decision undecided(Decision decision, boolean worse, String why) {
        return decision.undecided("the machine was " + (worse ? "slower" : "faster") + ": " + why);
    }

    private static boolean isSignificant(Change change, boolean worse, GatePolicy policy) {
        return (worse ? change.pWorse() : change.pBetter()) <= policy.alpha();
    }

    private static boolean isRelevant(Change change, boolean worse, GatePolicy policy) {
        return isSignificant(change, worse, policy) && Math.abs(change.shift()) >= change.margin(policy);
    }

    /** Empty where a side does not have it, or has too few forks. */
    private static Optional<Change> change(Pairing pair, MetricId metric) {
        Optional<Sample> before = sample(pair.baseline(), metric);
        Optional<Sample> after = sample(pair.current(), metric);
        return before.flatMap(one -> after.map(other -> Change.between(one, other, Direction.HIGHER_IS_BETTER)));
    }

    private static Optional<Sample> sample(Optional<Entry> side, MetricId metric) {
        Optional<Metric> found = side.flatMap(entry -> entry.secondary(metric));
        return found.map(Sample::ofForks).filter(sample -> sample.size() >= Sample.FEWEST_FORKS && sample.isPositive());
    }

    /** Another libtorch may be slower at the roofline's products as well, and so may another way to multiply. */
    private static boolean isOneLibtorch(Pairing pair) {
        return pair.baseline()
                        .flatMap(entry -> entry.property(RunProperty.TORCH))
                        .isPresent()
                && libtorch(pair.baseline()).equals(libtorch(pair.current()));
    }

    private static Optional<List<Optional<String>>> libtorch(Optional<Entry> side) {
        return side.map(entry -> List.of(
                entry.property(RunProperty.TORCH),
                entry.property(RunProperty.TORCH_PATH),
                entry.property(RunProperty.TORCH_STAMP),
                Optional.ofNullable(entry.params().get(PassParams.GEMM))));
    }
}
