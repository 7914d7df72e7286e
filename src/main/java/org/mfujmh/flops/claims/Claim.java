package org.mfujmh.flops.claims;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.ParameterCount;
import org.mfujmh.model.Architecture;

/**
 * A published figure with everything needed to recompute it. What a quantity does not need is
 * null.
 *
 * @param name what is claimed, and by whom
 * @param quantity what the figure is
 * @param model the GPT
 * @param batch sequences
 * @param tokens of each sequence
 * @param assumptions as published
 * @param against for a ratio, the convention in its denominator
 * @param tokensPerSecond of all devices, as measured
 * @param seconds for one batch, where tokens per second were not published
 * @param devices that shared the batch
 * @param published the figure
 * @param tolerance half a unit of its last digit, or what the claim's inputs allow
 * @param recorded the verdict when the claim was entered
 * @param rightAssumptions our default convention and the datasheet's peak
 * @param right what the figure would be under those, as worked out when it was entered; null if
 *     there is no other figure
 * @param source where it was published: repository, file and commit
 * @param why it holds or not, in a sentence
 */
record Claim(
        String name,
        ClaimedQuantity quantity,
        Architecture model,
        int batch,
        int tokens,
        ClaimedQuantity.Assumptions assumptions,
        Convention against,
        BigDecimal tokensPerSecond,
        BigDecimal seconds,
        int devices,
        PrintedFigure published,
        BigDecimal tolerance,
        ClaimVerdict recorded,
        ClaimedQuantity.Assumptions rightAssumptions,
        PrintedFigure right,
        String source,
        String why) {

    ParameterCount parameters() {
        return ParameterCount.of(model);
    }

    /** Tokens per second of one device. */
    BigDecimal tokensPerSecondAndDevice() {
        BigDecimal ofAll = tokensPerSecond != null
                ? tokensPerSecond
                : new BigDecimal(BigInteger.valueOf((long) batch * tokens)).divide(seconds, ClaimedQuantity.PRECISION);
        return ofAll.divide(BigDecimal.valueOf(devices), ClaimedQuantity.PRECISION);
    }

    /** Works the figure out again. */
    ClaimResult recompute() {
        return ClaimResult.of(
                this, quantity.of(this, assumptions), right == null ? null : quantity.of(this, rightAssumptions));
    }
}
