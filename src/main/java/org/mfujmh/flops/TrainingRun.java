package org.mfujmh.flops;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import org.mfujmh.BadInput;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Pass;

/**
 * A planned training run: forward and backward over a number of tokens. The optimizer costs time but no FLOPs, so the
 * utilization has to be that of whole training steps.
 *
 * @param model what is trained
 * @param sequence tokens of a sequence, which attention depends on
 * @param tokens tokens in all
 */
public record TrainingRun(Architecture model, int sequence, BigDecimal tokens) {
    private static final BigDecimal SECONDS_AN_HOUR = BigDecimal.valueOf(3600);
    private static final BigDecimal HOURS_A_DAY = BigDecimal.valueOf(24);
    private static final BigDecimal MOST_TOKENS = new BigDecimal("1e24");

    /** @throws BadInput if there are no tokens, or more than 10^24 */
    public TrainingRun {
        new Workload(model, 1, sequence);
        if (tokens.signum() <= 0 || tokens.compareTo(MOST_TOKENS) > 0) {
            throw new BadInput("--tokens is " + tokens + "; give the tokens of the whole run, above 0, e.g. 1e12.");
        }
    }

    /**
     * Devices that work on it.
     *
     * @param count how many
     * @param peakTflops dense peak of one, TFLOP/s
     * @param utilization share of it that is reached, MFU
     */
    public record Cluster(int count, double peakTflops, double utilization) {
        /** @throws BadInput if there is no device, or the share is not above 0 and at most 1 */
        public Cluster {
            if (count < 1) {
                throw new BadInput("--devices is " + count + "; give 1 or more.");
            }
            if (!(utilization > 0 && utilization <= 1)) {
                throw new BadInput("--mfu is " + utilization + "; give a share above 0 and at most 1, e.g. 0.4.");
            }
        }
    }

    /** Total FLOPs, to the nearest. */
    public BigInteger flops(Convention convention) {
        BigInteger perSequence = new Workload(model, 1, sequence).flops(convention, Pass.FORWARD_BACKWARD);
        return new BigDecimal(perSequence)
                .multiply(tokens)
                .divide(BigDecimal.valueOf(sequence), MathContext.DECIMAL128)
                .setScale(0, RoundingMode.HALF_UP)
                .toBigIntegerExact();
    }

    /** Hours of one device: FLOPs / (peak x utilization). */
    public BigDecimal deviceHours(Convention convention, Cluster cluster) {
        BigDecimal rate = BigDecimal.valueOf(cluster.peakTflops())
                .scaleByPowerOfTen(12)
                .multiply(BigDecimal.valueOf(cluster.utilization()));
        return new BigDecimal(flops(convention))
                .divide(rate, MathContext.DECIMAL128)
                .divide(SECONDS_AN_HOUR, MathContext.DECIMAL128);
    }

    /** Days of all devices together. */
    public BigDecimal days(Convention convention, Cluster cluster) {
        return deviceHours(convention, cluster)
                .divide(BigDecimal.valueOf(cluster.count()), MathContext.DECIMAL128)
                .divide(HOURS_A_DAY, MathContext.DECIMAL128);
    }
}
