package org.mfujmh.flops.claims;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * A published claim, worked out again.
 *
 * @param name what is claimed, and by whom
 * @param published the figure
 * @param recomputed from the claim's own inputs
 * @param tolerance between those two
 * @param right what was recorded for our default convention and the datasheet's peak, if that differs
 * @param rightRecomputed the same, worked out now
 * @param verdict what follows from these
 * @param recorded what was recorded as the verdict
 * @param source where it was published
 * @param why the verdict is what it is
 */
public record ClaimResult(
        String name,
        PrintedFigure published,
        BigDecimal recomputed,
        BigDecimal tolerance,
        Optional<PrintedFigure> right,
        Optional<BigDecimal> rightRecomputed,
        ClaimVerdict verdict,
        ClaimVerdict recorded,
        String source,
        String why) {

    /** What two conventions may differ by and still be said to agree. */
    private static final double AGREEMENT = 0.01;

    static ClaimResult of(Claim claim, BigDecimal recomputed, BigDecimal rightRecomputed) {
        return new ClaimResult(
                claim.name(),
                claim.published(),
                recomputed,
                claim.tolerance(),
                Optional.ofNullable(claim.right()),
                Optional.ofNullable(rightRecomputed),
                verdict(claim, recomputed, rightRecomputed),
                claim.recorded(),
                claim.source(),
                claim.why());
    }

    private static ClaimVerdict verdict(Claim claim, BigDecimal recomputed, BigDecimal rightRecomputed) {
        if (!claim.published().covers(recomputed, claim.tolerance())) {
            return ClaimVerdict.DOES_NOT_HOLD;
        }
        BigDecimal peak = claim.assumptions().peakTflops();
        BigDecimal rightPeak = claim.rightAssumptions().peakTflops();
        if (peak != null && !agree(peak, rightPeak)) {
            return ClaimVerdict.WRONG_PEAK;
        }
        return rightRecomputed == null || agree(claim.published().value(), rightRecomputed)
                ? ClaimVerdict.HOLDS
                : ClaimVerdict.OTHER_CONVENTION;
    }

    private static boolean agree(BigDecimal one, BigDecimal other) {
        return Math.abs(one.doubleValue() / other.doubleValue() - 1) <= AGREEMENT;
    }

    /** The published figure as a multiple of the right one. */
    public double offBy() {
        return published.value().doubleValue()
                / rightRecomputed.orElse(recomputed).doubleValue();
    }

    /** Whether the verdict is the recorded one: false says that our counting, or the record, is wrong. */
    public boolean verdictAsRecorded() {
        return verdict == recorded;
    }

    /** Whether the published figure follows from its own inputs. */
    public boolean reproduced() {
        return verdict != ClaimVerdict.DOES_NOT_HOLD;
    }

    /** Whether the right figure is the recorded one; true if there is none. */
    public boolean rightAsRecorded() {
        return right.map(figure -> figure.covers(rightRecomputed.orElseThrow(), figure.halfUnit()))
                .orElse(true);
    }
}
