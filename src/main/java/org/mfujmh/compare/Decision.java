package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * The verdict on one change among many.
 *
 * @param verdict REGRESSED, IMPROVED, SAME or INCONCLUSIVE
 * @param ratio above 1 is better. It excludes 1 exactly if Holm rejects "no change": its ends are bounds at the level
 *     that Holm used; for SAME it is the 90 % interval that lies within the threshold
 * @param reason a sentence
 * @param forksNeeded forks per side that would decide an inconclusive change; empty if decided, not
 *     feasible, or no more than were measured
 */
public record Decision(Verdict verdict, Interval ratio, String reason, OptionalInt forksNeeded) {
    /** Each of the two one-sided tests behind SAME, unadjusted: a 90 % interval. */
    private static final double SAME_LEVEL = 0.05;

    /**
     * Decides all changes of a run together, since each additional measurement is another chance of a false alarm.
     *
     * @return decisions in the given order
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
        double margin = change.margin(policy);
        double shift = change.shift();
        Interval bounds = change.shiftInterval(level);
        Interval ratio = change.ratio(bounds);
        double nearest = shift < 0 ? -bounds.high() : bounds.low();
        boolean large = shift != 0 && (policy.certain() ? nearest : Math.abs(shift)) >= margin;
        if (changed && large) {
            Verdict verdict = shift < 0 ? Verdict.REGRESSED : Verdict.IMPROVED;
            return new Decision(verdict, ratio, percent(change) + ", statistically significant", OptionalInt.empty());
        }
        Interval ninety = change.shiftInterval(SAME_LEVEL);
        boolean nothingMoved = shift == 0 && ninety.low() == 0 && ninety.high() == 0;
        if (nothingMoved || (ninety.low() > -margin && ninety.high() < margin)) {
            String reason = "within " + margin(change, policy) + " of no change";
            return new Decision(Verdict.SAME, change.ratio(ninety), reason, OptionalInt.empty());
        }
        OptionalInt needed = ForksNeeded.of(change.forkNoise(), hardestLevel, margin);
        OptionalInt asSeen = large && !changed
                ? ForksNeeded.of(change.forkNoise(), hardestLevel, Math.abs(shift))
                : OptionalInt.empty();
        String reason = whyNot(change, changed, large, needed, asSeen, policy);
        return new Decision(
                Verdict.INCONCLUSIVE, ratio, reason, isTooFew(needed, change) ? OptionalInt.empty() : needed);
    }

    /** INCONCLUSIVE in place of this one: what was found may have another cause than the code. */
    Decision undecided(String otherCause) {
        return new Decision(Verdict.INCONCLUSIVE, ratio, reason + ", but " + otherCause, OptionalInt.empty());
    }

    /**
     * @param asSeen forks per side that would decide if the change is as large as it looks; empty if it looks small, or as
     *     for {@code needed}
     */
    private static String whyNot(
            Change change, boolean changed, boolean large, OptionalInt needed, OptionalInt asSeen, GatePolicy policy) {
        String margin = margin(change, policy);
        String what;
        if (changed) {
            what = "it changed (" + percent(change) + "), but possibly by less than " + margin;
        } else if (large) {
            what = percent(change) + " may be noise";
        } else {
            what = "a change of " + margin + " can be neither detected nor ruled out";
        }
        String noise = change.isLogarithmic()
                ? String.format(Locale.ROOT, "forks vary by %.1f %%", 100 * change.forkNoise())
                : String.format(Locale.ROOT, "forks vary by %.3g", change.forkNoise());
        if (isTooFew(needed, change)) {
            return what + "; " + noise
                    + ", and the change is too near what would be decided to say how many forks would decide";
        }
        String forks = needed.isPresent()
                ? "about " + needed.getAsInt() + " forks per side would decide"
                : "more than 1,000 forks per side would be needed to decide";
        return what + "; " + noise + ", " + forks + asSeen(asSeen, needed, change);
    }

    private static String asSeen(OptionalInt asSeen, OptionalInt needed, Change change) {
        if (asSeen.isEmpty() || asSeen.equals(needed)) {
            return "";
        }
        String number = isTooFew(asSeen, change) ? "a few more than these" : Integer.toString(asSeen.getAsInt());
        return ", or " + number + " if the change is as large as it looks";
    }

    /**
     * Whether so many were measured and did not decide. The number is for no change, or one of the whole threshold; a
     * change between the two takes more.
     */
    private static boolean isTooFew(OptionalInt needed, Change change) {
        return needed.isPresent() && needed.getAsInt() <= change.forks();
    }

    /** What a change has to exceed: the threshold, or the absolute floor near zero. */
    private static String margin(Change change, GatePolicy policy) {
        return change.isHeldToFloor(policy)
                ? "the floor of " + Floors.number(change.margin(policy))
                : share(policy.threshold());
    }

    private static String percent(Change change) {
        if (Double.isInfinite(change.logRatio())) {
            return (change.shift() < 0 ? "worse" : "better") + " (from or to zero)";
        }
        double percent = 100 * Math.expm1(change.logRatio());
        return String.format(Locale.ROOT, "%.1f %% %s", Math.abs(percent), percent < 0 ? "worse" : "better");
    }

    private static String share(double threshold) {
        return String.format(Locale.ROOT, "%.3g %%", 100 * threshold).replaceAll("\\.?0+ %", " %");
    }
}
