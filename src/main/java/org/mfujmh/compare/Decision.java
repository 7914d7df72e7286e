package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * The verdict on one change among many.
 *
 * @param verdict REGRESSED, IMPROVED, SAME or INCONCLUSIVE
 * @param ratio above 1 is better. It excludes 1 exactly where Holm rejects "no change": its ends are bounds at
 *     the level that Holm used; for SAME it is the 90 % interval that lies within the threshold
 * @param reason a sentence
 * @param forksNeeded a side, to decide what is inconclusive; empty where decided, or beyond reach
 */
public record Decision(Verdict verdict, Interval ratio, String reason, OptionalInt forksNeeded) {
    /** Each of the two one-sided tests behind SAME, unadjusted: a 90 % interval. */
    private static final double SAME_LEVEL = 0.05;

    /**
     * Decides all changes of a run together, since each more measurement is one more chance of a false alarm.
     *
     * @return in the order given
     */
    public static List<Decision> of(List<Change> changes, GatePolicy policy) {
        Holm worse = Holm.of(changes.stream().map(Change::pWorse).toList(), policy.alpha());
        Holm better = Holm.of(changes.stream().map(Change::pBetter).toList(), policy.alpha());
        List<Decision> decisions = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            Holm facing = changes.get(i).logRatio() < 0 ? worse : better;
            decisions.add(of(
                    changes.get(i),
                    facing.rejected().get(i),
                    facing.levels().get(i),
                    policy.alpha() / changes.size(),
                    policy));
        }
        return List.copyOf(decisions);
    }

    private static Decision of(Change change, boolean changed, double level, double hardestLevel, GatePolicy policy) {
        double threshold = policy.logThreshold();
        double logRatio = change.logRatio();
        Interval ratio = change.ratioInterval(level);
        double nearest = logRatio < 0 ? -Math.log(ratio.high()) : Math.log(ratio.low());
        boolean large = (policy.certain() ? nearest : Math.abs(logRatio)) >= threshold;
        if (changed && large) {
            Verdict verdict = logRatio < 0 ? Verdict.REGRESSED : Verdict.IMPROVED;
            return new Decision(verdict, ratio, percent(logRatio) + ", not chance", OptionalInt.empty());
        }
        Interval ninety = change.ratioInterval(SAME_LEVEL);
        if (Math.log(ninety.low()) > -threshold && Math.log(ninety.high()) < threshold) {
            String reason = String.format(Locale.ROOT, "within %s of no change", share(policy.threshold()));
            return new Decision(Verdict.SAME, ninety, reason, OptionalInt.empty());
        }
        OptionalInt needed = ForksNeeded.of(change.forkNoise(), hardestLevel, threshold);
        return new Decision(Verdict.INCONCLUSIVE, ratio, whyNot(change, changed, large, needed, policy), needed);
    }

    private static String whyNot(Change change, boolean changed, boolean large, OptionalInt needed, GatePolicy policy) {
        String threshold = share(policy.threshold());
        String what;
        if (changed) {
            what = "it changed (" + percent(change.logRatio()) + "), but perhaps by less than " + threshold;
        } else if (large) {
            what = percent(change.logRatio()) + " may be chance";
        } else {
            what = "a change of " + threshold + " can be neither seen nor excluded";
        }
        String noise = String.format(Locale.ROOT, "forks vary by %.1f %%", 100 * change.forkNoise());
        String forks = needed.isPresent()
                ? "about " + needed.getAsInt() + " forks a side would decide"
                : "more than 1,000 forks a side would be needed to decide";
        return what + "; " + noise + ", " + forks;
    }

    private static String percent(double logRatio) {
        double change = 100 * Math.expm1(logRatio);
        return String.format(Locale.ROOT, "%.1f %% %s", Math.abs(change), change < 0 ? "worse" : "better");
    }

    private static String share(double threshold) {
        return String.format(Locale.ROOT, "%.3g %%", 100 * threshold).replaceAll("\\.?0+ %", " %");
    }
}
